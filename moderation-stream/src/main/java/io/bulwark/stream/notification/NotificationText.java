package io.bulwark.stream.notification;

import io.bulwark.stream.notification.NotificationRows.Batch;
import java.net.URI;
import java.time.temporal.ChronoUnit;

/** What a message says: kind, tenant, numbers and a link to the console, and nothing of a person or a picture. */
final class NotificationText {

    private final String console;

    /** @param console the console's address */
    NotificationText(URI console) {
        this.console = console.toString().replaceAll("/+$", "");
    }

    /** One line, for the subject of a mail. */
    String title(Batch batch) {
        return "Bulwark, tenant " + batch.tenant().replaceAll("\\p{Cntrl}", " ") + ": " + what(batch);
    }

    /** The title, the first deadline and the link. */
    String text(Batch batch) {
        String due = batch.due()
                .map(at -> " The first deadline is " + at.truncatedTo(ChronoUnit.SECONDS) + ".")
                .orElse("");
        return title(batch) + "." + due + " " + console + "/#/" + page(batch);
    }

    private static String what(Batch batch) {
        int count = batch.events().size();
        return switch (batch.kind()) {
            case DUTY_URGENT -> counted(count, batch.subject()) + " with less than a quarter of the time left";
            case DUTY_LATE -> counted(count, batch.subject()) + " past the deadline";
            case QUEUE_LATE -> "the queue " + batch.subject() + " has items past their deadline";
            case CAMPAIGN -> count == 1 ? "a new campaign of suspected attacks" : count + " new campaigns of attacks";
            case PROMISE_BROKEN -> "the promised error rate " + batch.subject() + " is exceeded";
            case DRIFT -> "traffic has drifted from what was approved";
            case APPROVALS_WAIT -> batch.subject() + " approvals wait";
        };
    }

    private static String counted(int count, String duty) {
        return count + (count == 1 ? " duty " : " duties ") + duty;
    }

    private static String page(Batch batch) {
        return switch (batch.kind()) {
            case DUTY_URGENT, DUTY_LATE -> "review";
            case QUEUE_LATE -> "system";
            case CAMPAIGN -> "attacks";
            case PROMISE_BROKEN, DRIFT -> "overview";
            case APPROVALS_WAIT -> "bank";
        };
    }
}
