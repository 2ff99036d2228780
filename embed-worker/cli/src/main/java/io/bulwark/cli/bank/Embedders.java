package io.bulwark.cli.bank;

import io.bulwark.cli.options.ModelChoice;
import io.bulwark.cli.picture.JudgedViews;
import io.bulwark.cli.picture.PictureEmbedder;
import io.bulwark.perception.encoder.EncoderDescription;
import java.util.ArrayList;
import java.util.List;

/** The models whose references are written in one go. One thread uses them; closing closes all. */
public final class Embedders implements AutoCloseable {

    private final List<PictureEmbedder> all;

    private Embedders(List<PictureEmbedder> all) {
        this.all = List.copyOf(all);
    }

    /**
     * Loads models, the model first and then its twin where there is one; what was loaded is closed if one cannot be.
     */
    public static Embedders load(List<ModelChoice> choices) {
        return load(choices, JudgedViews.standard());
    }

    /** The same, for a worker of these views. */
    public static Embedders load(List<ModelChoice> choices, JudgedViews views) {
        List<PictureEmbedder> loaded = new ArrayList<>();
        try {
            choices.forEach(choice -> loaded.add(choice.embedder(views)));
            return new Embedders(loaded);
        } catch (RuntimeException unusable) {
            loaded.forEach(PictureEmbedder::close);
            throw unusable;
        }
    }

    public List<PictureEmbedder> all() {
        return all;
    }

    /** What embeds, in the same order. */
    public List<EncoderDescription> descriptions() {
        return all.stream().map(PictureEmbedder::description).toList();
    }

    @Override
    public void close() {
        all.forEach(PictureEmbedder::close);
    }
}
