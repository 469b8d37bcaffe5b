print("ready")
with open("out.csv", "w") as out:
    out.write("done")
