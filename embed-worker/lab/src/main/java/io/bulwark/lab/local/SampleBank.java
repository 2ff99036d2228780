package io.bulwark.lab.local;

import io.bulwark.events.Reference;
import io.bulwark.lab.terminal.CommandFailure;
import io.bulwark.lab.terminal.Output;
import io.bulwark.lab.traffic.Broker;
import io.bulwark.lab.traffic.EventReader;
import io.bulwark.schemas.topic.Topics;

/** Fills an empty bank from the bundled samples. */
final class SampleBank implements LocalNode.BankStep {

    private final Checkout checkout;
    private final Output output;

    private SampleBank(Checkout checkout, Output output) {
        this.checkout = checkout;
        this.output = output;
    }

    static SampleBank of(Checkout checkout, Output output) {
        return new SampleBank(checkout, output);
    }

    @Override
    public void fill(String bootstrapServers) {
        if (isEmpty(Broker.at(bootstrapServers))) {
            output.note(
                    "The bank is empty: it is built from " + checkout.samples().resolve("bank"));
            throw CommandFailure.failed("the bank is empty: fill it with `bulwark bank build`");
        }
    }

    private static boolean isEmpty(Broker broker) {
        try (EventReader<Reference> references =
                EventReader.fromBeginning(broker, Topics.REFERENCES, Reference.class)) {
            return references.toEnd().isEmpty();
        }
    }
}
