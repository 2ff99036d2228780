package io.bulwark.stream.flagged;

import io.bulwark.events.Decision;
import io.bulwark.events.ImageEmbedding;
import io.bulwark.events.ModerationDecision;
import io.bulwark.events.ViewEmbedding;
import io.bulwark.stream.decision.Precedence;
import io.bulwark.stream.flagged.FlaggedChange.FlaggedMember;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The views of an image that represent its content in the index. */
final class ContentViews {

    /** Views of one content that are kept, where it is not known which of them matters. */
    static final int MOST = 8;

    private ContentViews() {}

    /**
     * The embedding to keep: of content that a worker did not call SAFE the view that decided; otherwise that view
     * first, and others up to {@link #MOST}.
     *
     * @param embedding with at least one view
     * @param recorded when the broker took it in; stands as its {@code decidedAt} from here on
     */
    static ImageEmbedding kept(ImageEmbedding embedding, Instant recorded) {
        var views = new ArrayList<ViewEmbedding>();
        for (ViewEmbedding view : embedding.getViews()) {
            views.add(view.getView().equals(embedding.getDecidingView()) ? 0 : views.size(), view);
        }
        boolean known = views.get(0).getView().equals(embedding.getDecidingView());
        int most = known && embedding.getDecision() != Decision.SAFE ? 1 : Math.min(MOST, views.size());
        return ImageEmbedding.newBuilder(embedding)
                .setViews(List.copyOf(views.subList(0, most)))
                .setDecidedAt(recorded)
                .build();
    }

    /**
     * The members for a decision NSFW. Where it is not known which of several views is meant, a worker's decision adds
     * none, and a person's adds each unconfirmed: one of them may be a harmless picture beside the flagged one.
     *
     * @param kept of that very content
     */
    static List<FlaggedMember> flagged(ModerationDecision decision, ImageEmbedding kept) {
        boolean person = Precedence.isPerson(decision.getDecidedBy());
        boolean known = kept.getViews().size() == 1;
        if (!known && !person) {
            return List.of();
        }
        return kept.getViews().stream()
                .map(view -> new FlaggedMember(
                        decision.getTenant(),
                        decision.getImageId(),
                        decision.getContentSha256(),
                        view.getView(),
                        decision.getUploaderId(),
                        decision.getLabels().isEmpty()
                                ? ""
                                : decision.getLabels().get(0),
                        kept.getModelFingerprint(),
                        person,
                        person && known,
                        decision.getSince(),
                        bytes(view.getEmbedding())))
                .toList();
    }

    /** The row that decided, where it is known. */
    static byte[] deciding(ImageEmbedding kept) {
        return bytes(kept.getViews().get(0).getEmbedding());
    }

    private static byte[] bytes(ByteBuffer content) {
        byte[] bytes = new byte[content.remaining()];
        content.duplicate().get(bytes);
        return bytes;
    }
}
