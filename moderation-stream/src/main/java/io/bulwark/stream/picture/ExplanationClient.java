package io.bulwark.stream.picture;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.schemas.preview.PreviewQuestion.ExplanationQuestion;
import io.bulwark.schemas.preview.PreviewTokens;
import io.bulwark.stream.PreviewConfig;
import io.bulwark.stream.PreviewConfig.ExplainConfig;
import io.bulwark.stream.StreamConfig;
import io.bulwark.stream.picture.PreviewClient.Picture;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.problem.Problem.ProblemException;
import io.bulwark.stream.state.StoreKey;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.quarkus.runtime.Startup;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Asks the explain server where decisions come from. Blocks for as long as {@code bulwark.explain.timeout} at most. Any
 * thread.
 */
@Startup // an alert asks for its meters before anybody asked for an explanation
@Singleton
public class ExplanationClient {

    private static final Logger LOG = Logger.getLogger(ExplanationClient.class);
    private static final int MOST_BYTES = 8 << 20;
    private static final int AT_ONCE = 4;
    private static final List<String> OUTCOMES = List.of("explained", "unexplained", "busy", "unavailable");

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
                .map(url -> new SignedHttp(new SignedHttp.Program(
                        Problem.NO_EXPLAIN_SERVER,
                        "explain server",
                        url,
                        tokens,
                        config.timeout(),
                        MOST_BYTES,
                        AT_ONCE)));
        this.meters = meters;
        OUTCOMES.forEach(this::timer);
    }

    /** Whether there is a server to ask. */
    public boolean isConfigured() {
        return http.isPresent();
    }

    /**
     * Where the decision about a picture comes from.
     *
     * @param tenant by whose policy
     * @param picture as the preview gave it
     * @throws ProblemException where it is not explained: NOT_EXPLAINED, BUSY or NO_EXPLAIN_SERVER
     */
    public ExplanationDocument ask(String tenant, Picture picture) {
        SignedHttp asked = http.orElseThrow(Problem.NO_EXPLAIN_SERVER::exception);
        Problem.NOT_EXPLAINED.when(
                picture.frames() > 1,
                "Only still pictures are explained, and " + picture.frames() + " frames of this file were judged.");
        Timer.Sample begun = Timer.start(meters);
        try {
            ExplanationDocument explained = send(asked, tenant, picture.jpeg());
            begun.stop(timer("explained"));
            return explained;
        } catch (ProblemException none) {
            begun.stop(timer(
                    switch (none.problem()) {
                        case NOT_EXPLAINED -> "unexplained";
                        case BUSY -> "busy";
                        default -> "unavailable";
                    }));
            throw none;
        }
    }

    private ExplanationDocument send(SignedHttp asked, String tenant, byte[] jpeg) {
        HttpResponse<byte[]> theirs = asked.post(
                new ExplanationQuestion(tenant, HexFormat.of().formatHex(StoreKey.sha256(jpeg))).uri(),
                BodyPublishers.ofByteArray(jpeg));
        if (theirs.statusCode() == 200) {
            return explained(theirs.body());
        }
        SignedHttp.TheirProblem problem = SignedHttp.TheirProblem.of(theirs);
        throw switch (problem.type()) {
            case "picture-undecodable", "no-margin" -> Problem.NOT_EXPLAINED.with(problem.detail());
            case "busy", "overdue" -> new ProblemException(Problem.BUSY, problem.detail(), retry(theirs), null);
            case "no-token", "failed", "malformed" -> Problem.NO_EXPLAIN_SERVER.with(problem.detail());
            default ->
                Problem.NO_EXPLAIN_SERVER.with("What answers at bulwark.explain.url is no explain server: status "
                        + theirs.statusCode() + ".");
        };
    }

    /** A browser gets nothing unchecked. */
    private ExplanationDocument explained(byte[] body) {
        try {
            ExplanationDocument document = json.readValue(body, ExplanationDocument.class);
            if (document.isWhole()) {
                return document;
            }
        } catch (IOException noJson) {
            LOG.debug("The explain server's answer is not JSON", noJson);
        }
        throw Problem.NO_EXPLAIN_SERVER.with("What the explain server gave is no explanation.");
    }

    private static int retry(HttpResponse<byte[]> theirs) {
        return theirs.headers()
                .firstValue("Retry-After")
                .filter(seconds -> seconds.matches("[1-9][0-9]{0,3}"))
                .map(Integer::valueOf)
                .orElse(5);
    }

    private Timer timer(String outcome) {
        return Timer.builder("bulwark.explanations")
                .description("Explanations that the explain server was asked for, from the question to its answer")
                .tag("outcome", outcome)
                .register(meters);
    }

    /**
     * Where the decision about a picture comes from, measured on the preview's copy of it. Pictures are PNG, in Base64.
     *
     * @param view that decided about the copy
     * @param decision about the copy
     * @param score of that view, in [0, 1]; 1 is flagged
     * @param margin how much nearer the view lies to flagged references than to others
     * @param nearest references that vote, nearest first
     * @param picture the view
     * @param gradient the view in grey, and over it what each part adds to the margin (red) or takes off (blue), by the
     *     mean gradient over noisy copies
     * @param occlusion the same by deleting parts
     * @param agreement rank correlation of the two maps, in [-1, 1]
     * @param seconds that it took
     * @param encoder name of the model
     * @param bankVersion of the references
     */
    public record ExplanationDocument(
            String view,
            String decision,
            double score,
            double margin,
            List<NearDocument> nearest,
            byte[] picture,
            byte[] gradient,
            byte[] occlusion,
            double agreement,
            double seconds,
            String encoder,
            String bankVersion) {

        /**
         * A reference near the view.
         *
         * @param similarity cosine, in [-1, 1]
         * @param flagged whether its label is flagged by the tenant's policy
         */
        public record NearDocument(String referenceId, String label, double similarity, boolean flagged) {}

        /** Whether nothing is missing and the pictures begin as PNG files do. */
        public boolean isWhole() {
            return view != null
                    && decision != null
                    && nearest != null
                    && encoder != null
                    && bankVersion != null
                    && isPng(picture)
                    && isPng(gradient)
                    && isPng(occlusion);
        }

        private static boolean isPng(byte[] bytes) {
            return bytes != null && bytes.length > 8 && (bytes[0] & 0xff) == 0x89 && bytes[1] == 'P' && bytes[2] == 'N';
        }
    }
}
