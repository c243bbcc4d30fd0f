import re, uuid

NAMESPACE = uuid.UUID("6664caa3-5eca-4287-ae21-4559e1a89984")

def uuid_of(text):
    return uuid.uuid5(NAMESPACE, text)

def text_of(scope, host, plugin_id, port, protocol, check=""):
    parts = ["1", scope, host, str(plugin_id), str(port), lower(protocol), check]
    return "|".join(escape(part) for part in parts)

def host_of(host_uuid="", host_fqdn="", host_ip="", name=""):
    digits = lower(trim(host_uuid)).replace("-", "")
    if re.fullmatch("[0-9a-f]{32}", digits) and digits.strip("0"):
        return "uuid:" + digits
    fqdn = trim(host_fqdn)
    if "/" not in fqdn:  # not the URL of a web application
        fqdn = lower(fqdn.removesuffix("."))
    if fqdn and fqdn.split(".")[0] != "localhost":
        return "fqdn:" + fqdn
    ip = lower(trim(host_ip))
    return "ip:" + ip if ip else "name:" + trim(name)

def check_of(compliance_check_name="", compliance_check_id=""):
    name, check_id = trim(compliance_check_name), trim(compliance_check_id)
    return "name:" + name if name else "id:" + check_id if check_id else ""

def escape(text):
    return re.sub(r"[%|\x00-\x1f\x7f]", lambda found: "%%%02X" % ord(found[0]), text)

def lower(text):  # A to Z only
    return re.sub("[A-Z]", lambda found: found[0].lower(), text)

def trim(text):
    return text.strip(" \t\r\n")
