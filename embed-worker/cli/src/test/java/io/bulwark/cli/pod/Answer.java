package io.bulwark.cli.pod;

import io.bulwark.events.Reason;
import io.bulwark.schemas.serde.DecodedEvent;

/** What the documentation says becomes of an input. */
sealed interface Answer {

    /** As the table of outcomes has it. */
    String text();

    /**
     * A verdict with a decision of the policy.
     *
     * @param remark what is particular, empty where nothing is
     * @param views how many views of the picture are looked at
     */
    record Decided(String remark, int views) implements Answer {

        @Override
        public String text() {
            return "decided like any picture" + (remark.isEmpty() ? "" : ": " + remark);
        }
    }

    /** A verdict SAFE of a picture that shows nothing. */
    record Plain() implements Answer {

        @Override
        public String text() {
            return "`SAFE`, `PLAIN`: one colour is evidence of nothing";
        }
    }

    /** A verdict REFUSED. */
    record Refused(Reason reason) implements Answer {

        @Override
        public String text() {
            return "`REFUSED`, `" + reason + "`";
        }
    }

    /** A dead letter, and no verdict. */
    record DeadLetter(DecodedEvent.Reason reason) implements Answer {

        @Override
        public String text() {
            return "dead letter, `" + reason + "`";
        }
    }
}
