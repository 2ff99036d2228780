package io.bulwark.stream.review.api;

import io.bulwark.stream.database.DatabaseUnavailableException;
import io.bulwark.stream.database.ListUnfinishedException;
import io.bulwark.stream.review.KafkaUnavailableException;
import io.bulwark.stream.review.ReviewRefusedException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import java.util.Locale;

/**
 * A problem as RFC 9457 has it.
 *
 * @param type what kind, for programs: {@code urn:bulwark:problem:} and a name
 * @param title what kind, for people
 * @param detail what is the matter here and what mends it
 */
public record ReviewProblem(String type, String title, int status, String detail) {

    private static final String MEDIA_TYPE = "application/problem+json";
    private static final String TYPES = "urn:bulwark:problem:";

    private static Response.ResponseBuilder answer(String type, String title, int status, String detail) {
        return Response.status(status).type(MEDIA_TYPE).entity(new ReviewProblem(TYPES + type, title, status, detail));
    }

    /** Nobody can sign as Coop. */
    static Response noCoop() {
        return answer(
                        "no-coop",
                        "Coop is not set",
                        503,
                        "Set bulwark.outbound.coop.public-key-file to Coop's webhook signature verification key.")
                .build();
    }

    /** Coop did not sign this. */
    static Response badSignature() {
        return answer(
                        "bad-signature",
                        "Signature not right",
                        401,
                        "The header Coop-Signature is missing, or is not Coop's signature over this body.")
                .build();
    }

    /** What a person asked for is not done. */
    @Provider
    public static final class Refused implements ExceptionMapper<ReviewRefusedException> {

        @Override
        public Response toResponse(ReviewRefusedException refused) {
            String type = refused.kind() == ReviewRefusedException.Kind.INVALID
                    ? "bad-parameter"
                    : refused.kind().name().toLowerCase(Locale.ROOT).replace('_', '-');
            int status = switch (refused.kind()) {
                case NOT_FOUND -> 404;
                case LEASE_LOST,
                        ALREADY_DECIDED,
                        ID_REUSED,
                        CONTENT_CHANGED,
                        CONSOLE_ONLY,
                        TOO_MANY_HELD,
                        MODEL_MISMATCH -> 409;
                case EMBEDDING_GONE -> 410;
                case NOT_ALLOWED -> 403;
                case INVALID -> 400;
            };
            return answer(type, "Not done", status, refused.getMessage()).build();
        }
    }

    /** There is no database now. */
    @Provider
    public static final class NoDatabase implements ExceptionMapper<DatabaseUnavailableException> {

        @Override
        public Response toResponse(DatabaseUnavailableException unavailable) {
            return answer("no-database", "No database", 503, unavailable.getMessage())
                    .header(HttpHeaders.RETRY_AFTER, 2)
                    .build();
        }
    }

    /** A list was not finished in its time. */
    @Provider
    public static final class Unfinished implements ExceptionMapper<ListUnfinishedException> {

        @Override
        public Response toResponse(ListUnfinishedException unfinished) {
            return answer("list-unfinished", "List not finished", 503, unfinished.getMessage())
                    .header(HttpHeaders.RETRY_AFTER, 2)
                    .build();
        }
    }

    /** Kafka does not answer now. */
    @Provider
    public static final class NoKafka implements ExceptionMapper<KafkaUnavailableException> {

        @Override
        public Response toResponse(KafkaUnavailableException unavailable) {
            return answer("no-kafka", "Kafka does not answer", 503, unavailable.getMessage())
                    .header(HttpHeaders.RETRY_AFTER, 2)
                    .build();
        }
    }
}
