package io.bulwark.stream.notification;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.stream.StreamSettings;
import io.bulwark.stream.notification.NotificationRows.Batch;
import io.bulwark.stream.outbound.HttpPost;
import io.bulwark.stream.outbound.HttpPost.AttemptResult;
import io.quarkus.mailer.Mail;
import io.quarkus.mailer.Mailer;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Sends to one receiver what waits for it. One thread. */
public final class NotificationSender {

    private static final Logger LOG = Logger.getLogger(NotificationSender.class);
    private static final Duration IDLE = Duration.ofSeconds(5);

    /** Longer than an attempt of any receiver may take. */
    private static final Duration CLAIMED = Duration.ofMinutes(2);

    private final String receiver;
    private final Channel channel;
    private final NotificationRows rows;

    NotificationSender(String receiver, Channel channel, NotificationRows rows) {
        this.receiver = receiver;
        this.channel = channel;
        this.rows = rows;
    }

    /** A way to a receiver. */
    interface Channel {

        /** @return why it was not taken, without anything that the receiver wrote; empty where it was */
        Optional<String> send(Batch batch);
    }

    /** Sends what is due, until nothing is or the receiver does not take it. Returns how long to rest. */
    Duration turn() {
        while (true) {
            Optional<Batch> next = rows.claim(receiver, CLAIMED);
            if (next.isEmpty()) {
                return IDLE;
            }
            Optional<String> fault = channel.send(next.get());
            if (fault.isPresent()) {
                LOG.warnf(
                        "A notification of %s was not taken by %s and is tried again later: %s",
                        next.get().kind(), receiver, fault.get());
                return IDLE;
            }
            rows.sent(receiver, next.get());
        }
    }

    /** An incoming webhook of a chat: {@code {"text":"…"}}, as Slack, Mattermost and Google Chat take it. */
    record Chat(URI url, HttpPost post, Duration timeout, NotificationText text, ObjectMapper json) implements Channel {

        @Override
        public Optional<String> send(Batch batch) {
            HttpRequest request = HttpRequest.newBuilder(url)
                    .timeout(timeout)
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(body(batch)))
                    .build();
            AttemptResult result = post.send(request).join();
            if (result instanceof AttemptResult.Refused refused) {
                return Optional.of("status " + refused.status());
            }
            return result instanceof AttemptResult.Unavailable away ? Optional.of(away.why()) : Optional.empty();
        }

        /** Chats take the three characters for markup. */
        private String body(Batch batch) {
            String plain =
                    text.text(batch).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
            try {
                return json.writeValueAsString(Map.of("text", plain));
            } catch (JsonProcessingException defect) {
                throw new IllegalStateException(defect);
            }
        }
    }

    /** Mail by the server of {@code quarkus.mailer.*}. */
    static final class Email implements Channel {

        private final List<String> to;
        private final Mailer mailer;
        private final NotificationText text;

        Email(List<String> to, Mailer mailer, NotificationText text) {
            this.to = List.copyOf(to);
            this.mailer = mailer;
            this.text = text;
        }

        @Override
        public Optional<String> send(Batch batch) {
            Mail mail = new Mail().setTo(to).setSubject(text.title(batch)).setText(text.text(batch) + "\n");
            try {
                mailer.send(mail);
                return Optional.empty();
            } catch (RuntimeException away) {
                return Optional.of(away.getClass().getSimpleName());
            }
        }
    }

    /**
     * The address of a chat's webhook. It is a secret, so it comes from a file.
     *
     * @throws IllegalArgumentException where it cannot be read, or is no address; the message holds nothing of the file
     */
    public static URI address(Path file) {
        return StreamSettings.secret(file, URI::create, "address");
    }

    /** What a message says: kind, tenant, numbers and a link to the console, and nothing of a person or a picture. */
    static final class NotificationText {

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
                case CAMPAIGN ->
                    count == 1 ? "a new campaign of suspected attacks" : count + " new campaigns of attacks";
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
}
