package io.bulwark.perception.model.published;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.imaging.preprocess.PreprocessSpec.ResizeMode;
import io.bulwark.perception.model.family.OpenClipVit;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * How the authors of the robust perceptual metrics run an open_clip tower where that is not as open_clip does (Croce et
 * al., SaTML 2025, and the code beside it): the section {@code perceptual_cfg} of a configuration, which an import writes.
 *
 * @param norms of a vision transformer; adapted ones ran through DINO's code
 * @param hidden units of the metric's MLP; 0 if there is none
 * @param input side in pixels of what the encoder sees; empty for the configuration's
 */
public record PerceptualConfig(OpenClipVit.Norms norms, int hidden, OptionalInt input) {

    static final String SECTION = "perceptual_cfg";

    /** A tower as open_clip runs it. */
    public static final PerceptualConfig NONE =
            new PerceptualConfig(OpenClipVit.Norms.OPEN_CLIP, 0, OptionalInt.empty());

    /** DINO's vision transformer, with the norm before the blocks left as open_clip's. */
    public static final OpenClipVit.Norms DINO = new OpenClipVit.Norms(1e-5, 1e-6);

    private static final String BEFORE = "norm_eps_before_blocks";
    private static final String WITHIN = "norm_eps";
    private static final String HIDDEN = "mlp_hidden";
    private static final String INPUT = "input_size";

    static PerceptualConfig read(ConfigFields fields) {
        fields.onlyOptions(Set.of(BEFORE, WITHIN, HIDDEN, INPUT), Map.of());
        return new PerceptualConfig(
                new OpenClipVit.Norms(
                        fields.number(BEFORE, NONE.norms().before()),
                        fields.number(WITHIN, NONE.norms().within())),
                fields.integer(HIDDEN, 0),
                fields.node().hasNonNull(INPUT) ? OptionalInt.of(fields.integer(INPUT)) : OptionalInt.empty());
    }

    /** The same pictures at the side that is asked for: what is squeezed is squeezed to it, the rest is cut out. */
    PreprocessSpec preprocess(PreprocessSpec own) {
        if (input.isEmpty()) {
            return own;
        }
        int side = input.getAsInt();
        return new PreprocessSpec(
                side,
                side,
                own.resizeMode() == ResizeMode.SHORTEST ? Math.max(side, own.resizeTo()) : side,
                own.resizeMode(),
                own.interpolation(),
                own.convertFirst(),
                own.fill(),
                own.mean(),
                own.std());
    }

    /** Puts the section into a configuration. */
    public void write(ObjectNode config) {
        ObjectNode section = new ObjectMapper().createObjectNode();
        if (!norms.equals(NONE.norms())) {
            section.put(BEFORE, norms.before()).put(WITHIN, norms.within());
        }
        if (hidden > 0) {
            section.put(HIDDEN, hidden);
        }
        input.ifPresent(side -> section.put(INPUT, side));
        if (!section.isEmpty()) {
            config.set(SECTION, section);
        }
    }
}
