#!/usr/bin/env python3
"""A second, independent verifier of the ledger, from modules/ledger/FORMAT.md alone: plain Python. Exit 0: right, 1: wrong.
usage: ledger_verifier.py EXPORT [--key VERIFIER_KEY | --keys KEY_FILE] [CHECKPOINT…]     names the first bad entry
       ledger_verifier.py --consistency PROOF (--key … | --keys …) EARLIER LATER        does one checkpoint continue another?
       ledger_verifier.py --vectors VECTORS                                             the examples of the written format"""
import base64, hashlib, json, sys, unicodedata
sha = lambda *parts: hashlib.sha256(b''.join(parts)).digest()
P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
def recover(y, sign):                                         # Ed25519 as in RFC 8032, section 5.1
    xx = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P; x = pow(xx, (P + 3) // 8, P)
    if (x * x - xx) % P: x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - xx) % P or y >= P: raise ValueError('not a point')
    return (P - x if x & 1 != sign else x), y
def point(b): n = int.from_bytes(b, 'little'); return recover(n & (2**255 - 1), n >> 255)
def add(p, q):
    (a, b), (c, d) = p, q; k = D * a * b * c * d
    return (a * d + b * c) * pow(1 + k, P - 2, P) % P, (b * d + a * c) * pow(1 - k, P - 2, P) % P
def mul(n, p, r=(0, 1)):
    while n: r, p, n = add(r, p) if n & 1 else r, add(p, p), n >> 1
    return r
def signed(key, message, sig):
    try: a, r, s = point(key), point(sig[:32]), int.from_bytes(sig[32:], 'little')
    except ValueError: return False
    h = int.from_bytes(hashlib.sha512(sig[:32] + key + message).digest(), 'little') % L
    return s < L and mul(s, recover(4 * pow(5, P - 2, P) % P, 0)) == add(r, mul(h, a))
def checkpoint(note, vkeys):                                  # C2SP signed-note and tlog-checkpoint
    text, lines = note.rsplit('\n\n', 1); origin, size, root = text.split('\n')[:3]; good = []
    pairs = [(who, base64.b64decode(value)) for _, who, value in (line.split(' ') for line in lines.splitlines())]
    for name, keyhash, key in (vkey.split('+', 2) for vkey in ([vkeys] if isinstance(vkeys, str) else vkeys)):
        good += [signed(base64.b64decode(key)[1:], f'{text}\n'.encode(), raw[4:]) for who, raw in pairs if who == name == origin and raw[:4].hex() == keyhash]
    return int(size), base64.b64decode(root) if good and all(good) else None
def entry_hash(prev, seq, body): return sha(b'besik-ledger-v1\0', bytes.fromhex(prev), seq.to_bytes(8, 'big'), body.encode()).hex()
def fault(text, seq, before, prev):                           # of one entry, given the two hashes before it
    try: e = json.loads(text); n, own = e['seq'], entry_hash(e['prev'], seq, e['body']) == e['hash']
    except (ValueError, KeyError, TypeError): return seq, 'malformed'
    if n != seq or e['hash'] == prev: return (seq, 'missing') if n > seq else (n, 'repeated')
    if e['prev'] != prev and seq > 1:
        if e['prev'] == before and entry_hash(before, seq - 1, e['body']) == e['hash']: return seq - 1, 'inserted'
        return (seq - 1, 'replaced') if own else (seq, 'previous')
    if e['prev'] != prev or not own: return seq, 'hash' if e['prev'] == prev else 'previous'
    try: b = json.loads(e['body']); told = [b[k] for k in ('v', 'kind', 'at')] == [1, e['kind'], e['at']] and canonical(b) == e['body']
    except (ValueError, KeyError, TypeError): told = False
    return None if told else (seq, 'body')
def canonical(value): return unicodedata.normalize('NFC', json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(',', ':')))  # RFC 8785: no fractions here
def verify(lines, heads):
    before, prev, agreed, tree, suspect, heads = None, '00' * 32, 0, [], None, sorted(heads, key=lambda head: head[0])
    for seq, text in enumerate([None, *lines]):
        if text is not None:
            bad = fault(text, seq, before, prev)
            if suspect: return bad if bad and bad[1] in ('replaced', 'inserted') else suspect
            if bad: return bad
            before, prev = prev, json.loads(text)['hash']; node = 0, sha(b'\0', bytes.fromhex(prev))
            while tree and tree[-1][0] == node[0]: node = node[0] + 1, sha(b'\1', tree.pop()[1], node[1])
            tree.append(node)
        while heads and heads[0][0] == seq and not suspect:
            root = tree[-1][1] if tree else sha()
            for _, left in reversed(tree[:-1]): root = sha(b'\1', left, root)
            if heads[0][1] is None: return max(seq, 1), 'checkpoint-signature'
            if heads[0][1] != root: suspect = min(agreed + 1, seq), 'checkpoint-root'
            else: agreed = heads.pop(0)[0]
    if suspect: return suspect
    return (seq + 1, 'cut' if heads[0][1] else 'checkpoint-signature') if heads else None
def fold(path, fn, sn, first, second):                        # RFC 9162, 2.1.3.2 and 2.1.4.2: the roots that a path leads to
    for sibling in path:
        if sn == 0: return None
        if fn % 2 or fn == sn:
            first, second = sha(b'\1', sibling, first), sha(b'\1', sibling, second)
            while fn % 2 == 0 and fn: fn, sn = fn // 2, sn // 2
        else: second = sha(b'\1', second, sibling)
        fn, sn = fn // 2, sn // 2
    return (first, second) if sn == 0 else None
def included(entry, position, size, path):                    # the root, or None when the path doesn't fit
    leaf = sha(b'\0', entry); found = fold(path, position, size - 1, leaf, leaf) if 0 <= position < size else None
    return found and found[1]
def continues(n, first, m, second, path):                     # does the tree of m leaves continue the tree of n?
    if n == 0 or n >= m: return not path and (n == 0 or (n == m and first == second))
    if n & (n - 1) == 0: path = [first, *path]
    fn, sn = n - 1, m - 1
    while fn % 2: fn, sn = fn // 2, sn // 2
    return bool(path) and fold(path[1:], fn, sn, path[0], path[0]) == (first, second)
unhex = lambda path: [bytes.fromhex(one) for one in path]
def vectors(v):                                               # the numbers of what doesn't hold
    hashes = [bytes.fromhex(json.loads(line)['hash']) for line in v['export']]; roots = unhex(v['roots']); der = base64.b64decode(v['spki'])
    heads = {one['size']: checkpoint(one['note'], v['verifier']) for one in v['checkpoints']}
    yield 'kid', hashlib.sha256(der).hexdigest()[:16] == v['kid'] and base64.b64decode(v['verifier'].split('+', 2)[2]) == b'\1' + der[-32:]
    yield 'export', verify(v['export'], list(heads.values())) is None and all(verify(v['export'][:n], [(n, root)]) is None for n, root in enumerate(roots))
    for size, head in heads.items(): yield f'checkpoint {size}', head == (size, roots[size])
    for one in v['inclusion']: yield f"inclusion {one['position']} {one['size']}", included(hashes[one['position']], one['position'], one['size'], unhex(one['path'])) == roots[one['size']]
    for one in v['consistency']: yield f"consistency {one['from']} {one['to']}", continues(one['from'], roots[one['from']], one['to'], roots[one['to']], unhex(one['path']))
    for one in v['bad']: yield one['what'], verify(one['export'], [heads[size] for size in one['checkpoints']]) == (one['seq'], one['reason'])
if __name__ == '__main__':
    read = lambda name: open(name, encoding='utf-8').read(); words = sys.argv[1:]; keys = []
    if '--key' in words: at = words.index('--key'); keys = [words[at + 1]]; del words[at:at + 2]
    if '--keys' in words: at = words.index('--keys'); keys = [one['verifier'] for one in json.loads(read(words[at + 1]))['keys'] if one['purpose'] == 'checkpoint']; del words[at:at + 2]
    if words[0] == '--vectors':
        wrong = [what for what, holds in vectors(json.loads(read(words[1]))) if not holds]; answer = {'ok': not wrong, **({'wrong': wrong} if wrong else {})}
    elif words[0] == '--consistency':
        proof, (n, first), (m, second) = json.loads(read(words[1])), *[checkpoint(read(note), keys) for note in words[2:4]]
        answer = {'ok': bool(first and second and proof['from'] == n and proof['to'] == m and continues(n, first, m, second, unhex(proof['path']))), 'from': n, 'to': m}
    else:
        bad = verify([line for line in read(words[0]).split('\n') if line.strip()], [checkpoint(read(note), keys) for note in words[1:]])
        answer = {'ok': bad is None, **({'seq': bad[0], 'reason': bad[1]} if bad else {})}
    print(json.dumps(answer)); sys.exit(not answer['ok'])
