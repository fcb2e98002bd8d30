"""One measurement after the other, as they are asked for: a line each, answered by a line of JSON.

`bench.beside` runs this file by the Python of each checkout that it compares, with the modules of
that checkout, so that an older one need not have it. Arguments: the addresses of the broker and of
the database, and the process ids of both as a JSON object.
"""

import json
import sys

import uvloop

from bench.measured_servers import MeasuredServers
from bench.measures import ROUND
from bench.roles import quieten
from bench.sizes import TINY, Sizes


def main() -> None:
    kafka, postgres, pids, how = sys.argv[1:]
    servers = MeasuredServers(kafka, postgres, json.loads(pids))
    sizes = TINY if how == "tiny" else Sizes()
    measures = {unit.measure.__name__: unit.measure for unit in ROUND}
    quieten()
    print(json.dumps(sorted(measures)), flush=True)
    for line in sys.stdin:
        figures = uvloop.run(measures[line.strip()](servers, sizes))
        print(json.dumps(figures), flush=True)


if __name__ == "__main__":
    main()
