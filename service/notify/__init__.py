"""The wall to people and programs: a message goes out to a target, and what became of it comes back as a value. Raises nothing.

Programs get signed webhooks, people whatever Apprise speaks: mail, chats, push services.
"""

from service.models import Message, Outcome, Target

from .letters import send_letter
from .webhook import Deliver, place_of, send_webhook

__all__ = ["Deliver", "place_of", "send"]


def send(target: Target, message: Message, deliver: Deliver, base: str = "") -> Outcome:
    """Send a message. ``deliver`` is what reaches web addresses; ``base`` is where people reach the pages."""
    return send_webhook(target, message, deliver) if target.is_webhook else send_letter(target, message, base)
