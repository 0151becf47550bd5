from erpd.cli import main

main()
