"""A second look at a message that would change something: a linear classifier over pieces of its text.

The reader's rules know what each word does; the classifier knows what such messages as a whole ask for. It is trained
on other messages than the rules are written from, and errs in other places, so that what both agree on is seldom
wrong. It only ever makes the room be asked: nothing runs because of it. ADR 0024 says what it catches and costs;
`tests.hub.parser.classifier.train` makes its weights.
"""
