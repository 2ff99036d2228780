package io.bulwark.stream.review;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.events.AccountAction;
import io.bulwark.events.ActionGround;
import io.bulwark.events.ActionState;
import io.bulwark.events.CampaignRuling;
import io.bulwark.events.Decision;
import io.bulwark.events.Enforcement;
import io.bulwark.events.RecordCoordinates;
import io.bulwark.events.Review;
import io.bulwark.events.Ruling;
import io.bulwark.events.UploaderAction;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rows as versions before wrote them, which wait while instances of both versions run. */
class OutboxRowsTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String REVIEW = """
            {"decisionId":"0b0e7a0e-0000-4000-8000-000000000001","tenant":"shop","imageId":"i/1","contentSha256":"aa",
            "upload":{"topic":"images.uploaded","partition":3,"offset":7},"reviewer":"anna","decision":"NSFW",
            "labels":["porn","gore"],"reason":null,"addToBank":true,"at":1795000000123}""";
    private static final String RULING = """
            {"id":"0b0e7a0e-0000-4000-8000-000000000002","tenant":"shop","campaignId":"c","ruling":"CONFIRM",
            "note":"seen","by":"sara","seen":["d"],"at":1795000000123}""";

    @Test
    void aReviewIsReadAndWrittenAsVersionsBeforeDid() throws JsonProcessingException {
        Review review = (Review) Outbox.read(Outbox.Kind.REVIEW, REVIEW);

        assertThat(review)
                .isEqualTo(Review.newBuilder()
                        .setDecisionId("0b0e7a0e-0000-4000-8000-000000000001")
                        .setTenant("shop")
                        .setImageId("i/1")
                        .setContentSha256("aa")
                        .setUpload(new RecordCoordinates("images.uploaded", 3, 7L))
                        .setReviewer("anna")
                        .setDecision(Decision.NSFW)
                        .setLabels(List.of("porn", "gore"))
                        .setAddToBank(true)
                        .setAt(Instant.ofEpochMilli(1795000000123L))
                        .build());
        assertThat(JSON.readTree(Outbox.write(review))).isEqualTo(JSON.readTree(REVIEW));
    }

    @Test
    void aRulingIsReadAndWrittenAsVersionsBeforeDid() throws JsonProcessingException {
        CampaignRuling ruling = (CampaignRuling) Outbox.read(Outbox.Kind.RULING, RULING);

        assertThat(ruling.getRulingId()).isEqualTo("0b0e7a0e-0000-4000-8000-000000000002");
        assertThat(ruling.getRuling()).isEqualTo(Ruling.CONFIRM);
        assertThat(ruling.getAt()).isEqualTo(Instant.ofEpochMilli(1795000000123L));
        assertThat(JSON.readTree(Outbox.write(ruling))).isEqualTo(JSON.readTree(RULING));
    }

    @Test
    void anActionOnAnAccountIsReadAsItWasWritten() {
        UploaderAction action = UploaderAction.newBuilder()
                .setTenant("shop")
                .setUploaderId("u")
                .setStrikes(3)
                .setAt(Instant.ofEpochMilli(1795000000123L))
                .setEnforcement(Enforcement.newBuilder()
                        .setActionId("0b0e7a0e-0000-4000-8000-000000000003")
                        .setAction(AccountAction.SUSPEND)
                        .setState(ActionState.TAKEN)
                        .setUntil(Instant.ofEpochMilli(1796000000123L))
                        .setRule("repeated")
                        .setPolicyVersion(2L)
                        .setGrounds(List.of(new ActionGround(
                                "i", null, List.of("porn"), "model", Instant.ofEpochMilli(1795000000001L), 3.0)))
                        .build())
                .build();

        assertThat(Outbox.read(Outbox.Kind.ACTION, Outbox.write(action))).isEqualTo(action);
    }

    /** The database gives the fields in its own order, and {@code at} is what the meters and erasures read. */
    @Test
    void aReviewWithoutAnUploadOrATextHasNulls() throws JsonProcessingException {
        Review review = Review.newBuilder()
                .setImageId("i")
                .setReviewer("anna")
                .setDecision(Decision.SAFE)
                .setAt(Instant.EPOCH)
                .build();

        assertThat(JSON.readTree(Outbox.write(review)).path("at").isIntegralNumber())
                .isTrue();
        assertThat(Outbox.read(Outbox.Kind.REVIEW, Outbox.write(review))).isEqualTo(review);
    }
}
