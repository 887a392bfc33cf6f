import configparser
config = configparser.ConfigParser()
config.optionxform = str
config.read("/etc/app.ini")
if not config.has_section("server"):
    config.add_section("server")
config["server"]["Debug"] = "false"
with open("/etc/app.ini", "w") as f:
    config.write(f)
