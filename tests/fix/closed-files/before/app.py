print(open("settings.ini").read())
