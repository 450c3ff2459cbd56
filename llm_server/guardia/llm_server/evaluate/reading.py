"""From a message to the model's reading of it: prompt and schema as the hub builds them, one question, no retry."""

from __future__ import annotations

from typing import Any

import msgspec

from guardia.llm_server.candidates import CandidateIndex
from guardia.llm_server.client import Client
from guardia.llm_server.errors import NonsenseError
from guardia.llm_server.evaluate.dataset import Inventory, Message
from guardia.llm_server.evaluate.run import Read, Reader
from guardia.llm_server.prompt import MAX_CONTEXT, Budget, build, file_names


class _Answer(msgspec.Struct):
    requests: list[dict[str, Any]]


def endpoint_reader(client: Client, inventory: Inventory, *, seconds: float, budget: Budget) -> Reader:
    """A reader that asks `client`'s model. The bare answer counts: nothing is grounded or corrected after it."""
    index = CandidateIndex(inventory)

    async def read(message: Message) -> Read:
        context = [(said.sender, said.text) for said in message.context[-MAX_CONTEXT:]]
        prompt = build(
            message.text,
            index.find(message.text, [text for _, text in context]),
            files=message.files,
            context=context,
            now=message.now,
            artifacts=file_names(message.text),
            budget=budget,
        )
        answer = await client.ask(prompt.messages, prompt.schema, seconds=seconds, max_tokens=prompt.max_tokens)
        try:
            value = msgspec.convert(answer.value(), _Answer)
        except msgspec.ValidationError as error:
            raise NonsenseError(f"the answer is not of the schema ({error})") from None
        return Read(
            requests=[_said(request) for request in value.requests],
            prompt_tokens=answer.prompt_tokens,
            cached_tokens=answer.cached_tokens,
            completion_tokens=answer.completion_tokens,
        )

    return read


def _said(request: dict[str, Any]) -> dict[str, Any]:
    """Without the parameters that the schema makes the model name as null."""
    parameters = request.get("parameters")
    if isinstance(parameters, dict):
        parameters = {name: value for name, value in parameters.items() if value is not None}
    return {**request, "parameters": parameters}
