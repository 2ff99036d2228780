package io.bulwark.stream.flagged;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.Decision;
import io.bulwark.events.ImageEmbedding;
import io.bulwark.events.ViewEmbedding;
import io.bulwark.schemas.testing.SampleEvents;
import io.bulwark.stream.flagged.FlaggedSightings.ContentViews;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContentViewsTest {

    private static final Instant RECORDED = Instant.parse("2026-11-27T08:00:00Z");

    @Test
    void ofWhatIsNotSafeTheViewThatDecidedIsKept() {
        assertThat(kept(Decision.NSFW, "tile-3", 12)).containsExactly("tile-3");
        assertThat(kept(Decision.REVIEW, "tile-3", 12)).containsExactly("tile-3");
    }

    @Test
    void ofWhatIsSafeOrWhereThatViewIsNotKnownSeveralAreKept() {
        assertThat(kept(Decision.SAFE, "tile-3", 12)).hasSize(ContentViews.MOST).startsWith("tile-3", "tile-0");
        assertThat(kept(Decision.NSFW, "of another file", 12))
                .hasSize(ContentViews.MOST)
                .startsWith("tile-0");
        assertThat(kept(Decision.SAFE, "tile-0", 2)).containsExactly("tile-0", "tile-1");
    }

    /** People who answer for personal data read there what is kept. */
    @ParameterizedTest
    @ValueSource(strings = {"docs/decisions.md", "../embed-worker/docs/flagged.md"})
    void thePagesSayHowManyViewsAreKept(String page) throws IOException {
        assertThat(Files.readString(Path.of(page)))
                .contains("up to " + ContentViews.MOST + " views of what")
                .doesNotContain("keeps the first view");
    }

    private static List<String> kept(Decision decision, String deciding, int views) {
        ImageEmbedding embedding = ImageEmbedding.newBuilder(SampleEvents.imageEmbedding())
                .setDecision(decision)
                .setDecidingView(deciding)
                .setViews(IntStream.range(0, views)
                        .mapToObj(i -> new ViewEmbedding("tile-" + i, ByteBuffer.wrap(new byte[] {0, 1})))
                        .toList())
                .build();
        ImageEmbedding kept = ContentViews.kept(embedding, RECORDED);
        assertThat(kept.getDecidedAt()).isEqualTo(RECORDED);
        return kept.getViews().stream().map(ViewEmbedding::getView).toList();
    }
}
