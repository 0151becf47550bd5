from erpd.cli import main

if __name__ == "__main__":  # processes that prepare records import this module as well
    main()
