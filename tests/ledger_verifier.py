#!/usr/bin/env python3
"""A second, independent verifier of an exported ledger: plain Python, names the first bad entry. Exit 0: right, 1: wrong.
usage: ledger_verifier.py EXPORT [--key VERIFIER_KEY CHECKPOINT…]"""
import base64, hashlib, json, sys
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
def checkpoint(note, vkey):                                   # C2SP signed-note and tlog-checkpoint
    text, lines = note.rsplit('\n\n', 1); name, keyhash, key = vkey.split('+', 2)
    origin, size, root = text.split('\n')[:3]
    pairs = [(who, base64.b64decode(value)) for _, who, value in (line.split(' ') for line in lines.splitlines())]
    good = [signed(base64.b64decode(key)[1:], f'{text}\n'.encode(), raw[4:]) for who, raw in pairs if who == name and raw[:4].hex() == keyhash]
    return int(size), base64.b64decode(root) if origin == name and good and all(good) else None
def entry_hash(prev, seq, body): return sha(b'besik-ledger-v1\0', bytes.fromhex(prev), seq.to_bytes(8, 'big'), body.encode()).hex()
def fault(text, seq, before, prev):                           # of one entry, given the two hashes before it
    try: e = json.loads(text); n, own = e['seq'], entry_hash(e['prev'], seq, e['body']) == e['hash']
    except (ValueError, KeyError, TypeError): return seq, 'malformed'
    if n != seq or e['hash'] == prev: return (seq, 'missing') if n > seq else (n, 'repeated')
    if e['prev'] != prev and seq > 1:
        if e['prev'] == before and entry_hash(before, seq - 1, e['body']) == e['hash']: return seq - 1, 'inserted'
        return (seq - 1, 'replaced') if own else (seq, 'previous')
    if e['prev'] != prev or not own: return seq, 'hash' if e['prev'] == prev else 'previous'
    try: return None if [json.loads(e['body'])[k] for k in ('v', 'kind', 'at')] == [1, e['kind'], e['at']] else (seq, 'body')
    except (ValueError, KeyError, TypeError): return seq, 'body'
def verify(lines, heads):
    before, prev, agreed, tree, heads = None, '00' * 32, 0, [], sorted(heads, key=lambda head: head[0])
    for seq, text in enumerate([None, *lines]):
        if text is not None:
            bad = fault(text, seq, before, prev)
            if bad: return bad
            before, prev = prev, json.loads(text)['hash']; node = 0, sha(b'\0', bytes.fromhex(prev))
            while tree and tree[-1][0] == node[0]: node = node[0] + 1, sha(b'\1', tree.pop()[1], node[1])
            tree.append(node)
        while heads and heads[0][0] == seq:
            root = tree[-1][1] if tree else sha()
            for _, left in reversed(tree[:-1]): root = sha(b'\1', left, root)
            if heads[0][1] != root: return (min(agreed + 1, seq), 'checkpoint-root') if heads[0][1] else (max(seq, 1), 'checkpoint-signature')
            agreed = heads.pop(0)[0]
    return (seq + 1, 'cut' if heads[0][1] else 'checkpoint-signature') if heads else None
if __name__ == '__main__':
    export, key, *notes = [open(sys.argv[1], encoding='utf-8').read(), *(sys.argv[3:] or [''])]
    bad = verify([line for line in export.split('\n') if line.strip()], [checkpoint(open(note, encoding='utf-8').read(), key) for note in notes])
    print(json.dumps({'ok': bad is None, **({'seq': bad[0], 'reason': bad[1]} if bad else {})})); sys.exit(bad is not None)
