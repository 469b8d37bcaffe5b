print(open("/data/out/table").read())
