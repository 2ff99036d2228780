package io.bulwark.stream.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.bulwark.stream.access.Refusal;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;

/**
 * A problem as RFC 9457 has it.
 *
 * @param type what kind, for programs: {@code urn:bulwark:problem:} and a name
 * @param title what kind, for people
 * @param detail what is the matter here and what mends it
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Problem(String type, String title, int status, String detail) {

    /** The media type of problems. */
    public static final String MEDIA_TYPE = "application/problem+json";

    private static final String TYPES = "urn:bulwark:problem:";

    /** No such verdict. */
    static Response noVerdict() {
        return answer(
                        "no-verdict",
                        "No verdict",
                        404,
                        "There is no verdict for this image, or it is past its retention.")
                .build();
    }

    /** Nothing holds. */
    static Response noDecision() {
        return answer(
                        "no-decision",
                        "No decision",
                        404,
                        "Nothing is decided of this image, or it is forgotten: past its retention, or erased.")
                .build();
    }

    /** The image has an answer, or no upload. */
    static Response notMissing() {
        return answer("not-missing", "Not missing", 404, "No upload of this image is past its deadline.")
                .build();
    }

    /** The upload's record is past the topic's retention. */
    static Response uploadGone() {
        return answer(
                        "upload-gone",
                        "Upload gone",
                        410,
                        "The upload's record is not on the topic any more; it must be uploaded again.")
                .build();
    }

    /** Nobody placed a hold there. */
    static Response noHold() {
        return answer("no-hold", "No hold", 404, "There is no hold on this.").build();
    }

    /** Kafka did not take an order. */
    static Response notTaken(String detail) {
        return again("order-not-taken", "Order not taken", detail);
    }

    /** No such uploader. */
    static Response noUploader() {
        return answer("no-uploader", "No such uploader", 404, "This uploader did nothing within the retention.")
                .build();
    }

    /** No such campaign. */
    static Response noCampaign() {
        return answer(
                        "no-campaign",
                        "No such campaign",
                        404,
                        "There is no campaign of this id, or it is past its retention.")
                .build();
    }

    /** Campaigns are switched off. */
    static Response campaignsOff() {
        return answer("campaigns-off", "No campaigns", 404, "Campaigns are off: bulwark.stream.campaigns.enabled.")
                .build();
    }

    /** The state cannot be asked now. */
    static Response notReady(String detail) {
        return again("not-ready", "Not ready", detail);
    }

    /** The instance that holds the key does not answer. */
    static Response holderSilent(String holder) {
        return again(
                "holder-silent", "Holder does not answer", "Instance " + holder + " holds this and does not answer.");
    }

    /** Too many watch the feed. */
    static Response feedFull(String detail) {
        return again("feed-full", "Too many clients", detail);
    }

    /** One user watches too many feeds. */
    static Response tooManyFeeds(int most) {
        return answer(
                        "too-many-feeds",
                        "Too many feeds",
                        429,
                        "You watch " + most + " feeds already, which is bulwark.access.limits.feeds.")
                .header(HttpHeaders.RETRY_AFTER, 1)
                .build();
    }

    /** The visitor does not come past the doors. */
    static Response of(Refusal refusal) {
        return answer(refusal.type(), refusal.title(), refusal.status(), refusal.detail())
                .build();
    }

    /** Something that should not happen; the number is in the log. */
    static Response defect(String number) {
        Problem problem = defectBody(number);
        return Response.status(problem.status())
                .type(MEDIA_TYPE)
                .entity(problem)
                .build();
    }

    static Problem defectBody(String number) {
        return body("defect", "Defect", 500, "This should not happen; it stands in the log under " + number + ".");
    }

    static Problem body(Refusal refusal) {
        return body(refusal.type(), refusal.title(), refusal.status(), refusal.detail());
    }

    static Problem body(String type, String title, int status, String detail) {
        return new Problem(TYPES + type, title, status, detail);
    }

    /** A parameter is not what is allowed. */
    static Response badParameter(String detail) {
        return answer("bad-parameter", "Parameter not allowed", 400, detail).build();
    }

    private static Response again(String type, String title, String detail) {
        return answer(type, title, 503, detail)
                .header(HttpHeaders.RETRY_AFTER, 1)
                .build();
    }

    static Response.ResponseBuilder answer(String type, String title, int status, String detail) {
        return Response.status(status).type(MEDIA_TYPE).entity(body(type, title, status, detail));
    }
}
