"""What a program does first: log in, ask, be refused, and read a problem. Arguments: address, user, password, image."""

import json
import sys

from bulwark_api import ApiClient, ApiException, Configuration, DecisionsApi, ReviewApi


def status(ask):
    try:
        ask()
        return "none"
    except ApiException as refused:
        is_problem = "problem+json" in (refused.headers or {}).get("Content-Type", "")
        return f"{refused.status} {json.loads(refused.body)['type'] if is_problem else '-'}"


base, name, password, image = sys.argv[1:]
known = ApiClient(Configuration(host=base, username=name, password=password))
stranger = ApiClient(Configuration(host=base, username=name, password="wrong"))
decision = DecisionsApi(known).decision(image)
print(f"decision {decision.decision} by {decision.decided_by.kind}")
print(f"wrong password {status(ReviewApi(stranger).queue)}")
print(f"unknown image {status(lambda: DecisionsApi(known).decision('no-such-image'))}")
