"""`python -m bench`: everything, or what is named: decide, start, search, reopened."""

import sys

from bench import decide, reopened, search, start

ALL = {"decide": decide.main, "start": start.main, "search": search.main, "reopened": reopened.main}


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in ALL]
    if unknown:
        print(f"No benchmark is called {', '.join(unknown)}. There are: {', '.join(ALL)}.")
        return 2
    for name in names or ALL:
        ALL[name]()
        print()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
