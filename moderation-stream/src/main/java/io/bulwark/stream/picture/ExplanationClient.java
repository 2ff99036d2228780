package io.bulwark.stream.picture;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.schemas.preview.ExplanationQuestion;
import io.bulwark.schemas.preview.PreviewTokens;
import io.bulwark.stream.ExplainConfig;
import io.bulwark.stream.PreviewConfig;
import io.bulwark.stream.StreamConfig;
import io.bulwark.stream.document.ExplanationDocument;
import io.bulwark.stream.picture.ExplanationAnswer.Busy;
import io.bulwark.stream.picture.ExplanationAnswer.Explained;
import io.bulwark.stream.picture.ExplanationAnswer.Unavailable;
import io.bulwark.stream.picture.ExplanationAnswer.Unexplained;
import io.bulwark.stream.picture.SignedHttp.Unanswered;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.quarkus.runtime.Startup;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Asks the explain server where decisions come from. Blocks for as long as {@code bulwark.explain.timeout} at most. Any
 * thread.
 */
@Startup // an alert asks for its meters before anybody asked for an explanation
@Singleton
public class ExplanationClient {

    private static final int MOST_BYTES = 8 << 20;
    private static final int AT_ONCE = 4;
    private static final List<String> OUTCOMES = List.of("explained", "unexplained", "busy", "unavailable");
    private static final String MALFORMED = "What answers at bulwark.explain.url is no explain server: status %d.";

    private final Optional<SignedHttp> http;
    private final MeterRegistry meters;
    private final ObjectMapper json =
            new ObjectMapper().configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false);

    @Inject
    ExplanationClient(StreamConfig config, MeterRegistry meters) {
        this(config.explain(), config.preview(), meters);
    }

    /**
     * @param config already checked
     * @param preview whose secret signs the questions
     */
    ExplanationClient(ExplainConfig config, PreviewConfig preview, MeterRegistry meters) {
        Optional<PreviewTokens> tokens = PreviewTokens.of(preview.secret(), preview.secretFile(), Clock.systemUTC());
        this.http = config.url()
                .map(url -> new SignedHttp("explain server", url, tokens, config.timeout(), MOST_BYTES, AT_ONCE));
        this.meters = meters;
        OUTCOMES.forEach(this::timer);
    }

    /** Whether there is somebody to ask. */
    public boolean isConfigured() {
        return http.isPresent();
    }

    /**
     * Where the decision about a picture comes from.
     *
     * @param tenant by whose policy
     * @param picture as the preview gave it
     */
    public ExplanationAnswer ask(String tenant, PictureAnswer.Found picture) {
        if (http.isEmpty()) {
            return Unavailable.notSet();
        }
        if (picture.frames() > 1) {
            return new Unexplained(
                    "Only still pictures are explained, and " + picture.frames() + " frames of this file were judged.");
        }
        Timer.Sample begun = Timer.start(meters);
        ExplanationAnswer answer = send(http.get(), tenant, picture.jpeg());
        begun.stop(timer(answer.getClass().getSimpleName().toLowerCase(Locale.ROOT)));
        return answer;
    }

    private ExplanationAnswer send(SignedHttp asked, String tenant, byte[] jpeg) {
        try {
            HttpResponse<byte[]> theirs =
                    asked.post(new ExplanationQuestion(tenant, sha256(jpeg)).uri(), BodyPublishers.ofByteArray(jpeg));
            return theirs.statusCode() == 200 ? explained(theirs.body()) : refused(theirs);
        } catch (Unanswered unanswered) {
            return new Unavailable(unanswered.getMessage());
        }
    }

    /** What this application passes on to a browser is looked at once more. */
    private ExplanationAnswer explained(byte[] body) {
        try {
            ExplanationDocument document = json.readValue(body, ExplanationDocument.class);
            return document.isWhole()
                    ? new Explained(document)
                    : new Unavailable("What the explain server gave is no explanation.");
        } catch (IOException noJson) {
            return new Unavailable("What the explain server gave is no explanation.");
        }
    }

    private static ExplanationAnswer refused(HttpResponse<byte[]> theirs) {
        TheirProblem problem = TheirProblem.of(theirs);
        return switch (problem.type()) {
            case "picture-undecodable", "no-margin" -> new Unexplained(problem.detail());
            case "busy", "overdue" -> new Busy(problem.detail(), retry(theirs));
            case "no-token", "failed", "malformed" -> new Unavailable(problem.detail());
            default -> new Unavailable(MALFORMED.formatted(theirs.statusCode()));
        };
    }

    private static long retry(HttpResponse<byte[]> theirs) {
        return theirs.headers()
                .firstValue("Retry-After")
                .filter(seconds -> seconds.matches("[1-9][0-9]{0,3}"))
                .map(Long::valueOf)
                .orElse(5L);
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("Every JDK has SHA-256", missing);
        }
    }

    private Timer timer(String outcome) {
        return Timer.builder("bulwark.explanations")
                .description("Explanations that the explain server was asked for, from the question to its answer")
                .tag("outcome", outcome)
                .register(meters);
    }
}
