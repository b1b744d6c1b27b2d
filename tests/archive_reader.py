"""Reads an export of Besik with nothing but Python's own library and the description inside it: checks every row and counts again.

usage: archive_reader.py FILE    prints one JSON document; exits 1 at the first row that isn't as described
"""
import base64, gzip, json, sys
from collections import Counter
from datetime import datetime

KINDS = {'string': str, 'number': (int, float), 'boolean': bool, 'object': dict, 'array': list, 'null': type(None)}


def fits(value, shape):
    if 'anyOf' in shape:
        return any(fits(value, one) for one in shape['anyOf'])
    if 'type' in shape and (not isinstance(value, KINDS[shape['type']]) or (shape['type'] == 'number' and isinstance(value, bool))):
        return False
    if isinstance(value, list):
        return all(fits(one, shape.get('items', {})) for one in value)
    if isinstance(value, dict) and 'properties' in shape:
        if set(shape.get('required', [])) - set(value) or set(value) - set(shape['properties']):
            return False
        return all(fits(one, shape['properties'][name]) for name, one in value.items())
    return True


def read(path):
    with gzip.open(path, 'rt', encoding='utf-8') as lines:
        header, description = json.loads(next(lines)), json.loads(next(lines))['describes']
        assert header['besik'] == 1
        tables, keys, ended = {name: [] for name in description['$defs']}, {}, None
        for text in lines:
            assert ended is None, 'a line after the end'
            line = json.loads(text)
            if 'end' in line:
                ended = line['rows']
                continue
            name = line['table']
            for row in line['rows']:
                shape = description['$defs'][name]
                if not fits(row, shape):
                    sys.exit(f'{name}: a row is not as described: {[c for c in row if not fits(row[c], shape["properties"].get(c, {"type": "null"}))]}')
                for one in row.values():
                    if isinstance(one, dict) and list(one) == ['$moment']:
                        datetime.fromisoformat(one['$moment'].replace('Z', '+00:00'))
                    if isinstance(one, dict) and list(one) == ['$bytes']:
                        base64.b64decode(one['$bytes'], validate=True)
                tables[name].append(row)
    assert ended == sum(map(len, tables.values())), 'rows are missing'
    return description, tables


def main(path):
    description, tables = read(path)
    for name, shape in description['$defs'].items():
        for one in shape['x-references']:
            if one['table'] not in tables or len(one['columns']) != 1 or one['names'] != description['$defs'][one['table']]['x-key']:
                continue
            there = {row[one['names'][0]] for row in tables[one['table']]}
            for row in tables[name]:
                value = row[one['columns'][0]]
                assert value is None or value in there, f'{name} names a row of {one["table"]} that is not there'
    gone = {row['certificateId'] for row in tables['revocations']} | {row['predecessorId'] for row in tables['certificates']}
    standing = [row for row in tables['certificates'] if row['certifies'] and row['id'] not in gone]
    print(json.dumps({
        'rows': {name: len(rows) for name, rows in tables.items() if rows},
        'certificates': Counter(f"{row['regionCode']} {row['course']} {row['countedOn'][:7]}" for row in standing),
    }))


main(sys.argv[1])
