package io.bulwark.lab.train;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.lab.picture.PictureSet;
import io.bulwark.lab.text.ClipTokenizer;
import io.bulwark.lab.text.ClipVocabulary;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.encoder.TextEncoder;
import io.bulwark.perception.model.ModelPackage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** What stands for the classes in TeCoA's loss: {@code @Mixin PrototypeOptions prototypes}. */
final class PrototypeOptions {

    /** Kinds of prototypes. */
    enum Kind {
        TEXTS,
        MEANS,
        SIMPLEX
    }

    private static final String CLASS = "{}";

    @Option(
            names = "--prototypes",
            paramLabel = "KIND",
            description =
                    "What stands for the classes: TEXTS (embeddings of their texts, for CLIP), MEANS (class means of"
                            + " the parent's embeddings) or SIMPLEX (fixed corners of a simplex, for an encoder that has learnt"
                            + " nothing) (default: TEXTS where the package has a text encoder, else MEANS).")
    private Kind kind;

    @Option(
            names = "--template",
            paramLabel = "TEXT",
            defaultValue = "a photo of a {}.",
            description = "A text with {} for the class's name; repeatable, embeddings are averaged.")
    private List<String> templates;

    @Option(
            names = "--class-texts",
            paramLabel = "FILE",
            description = "Lines of 'class = name', for classes whose folders or numbers are no good names.")
    private Path classTexts;

    @Option(
            names = "--vocabulary",
            paramLabel = "FILE",
            description = "CLIP's vocabulary for TEXTS: tokenizer.json or bpe_simple_vocab_16e6.txt.gz.")
    private Path vocabulary;

    @Option(
            names = "--scale",
            paramLabel = "S",
            description = "What cosines are multiplied with before the softmax (default: ${DEFAULT-VALUE}, CLIP's).")
    private double scale = 100;

    /** The prototypes of the pictures' classes. */
    ClassPrototypes of(ModelPackage parent, PictureSet pictures, Recipe recipe) throws IOException {
        Kind wanted = kind != null ? kind : parent.hasText() ? Kind.TEXTS : Kind.MEANS;
        return switch (wanted) {
            case TEXTS -> texts(parent, pictures.classes());
            case MEANS -> {
                try (DifferentiableEncoder encoder = parent.openDifferentiable(EncoderOptions.onFirstDevice())) {
                    yield ClassPrototypes.means(
                            encoder, pictures, recipe.batches().parentSize(), recipe.seed(), scale);
                }
            }
            case SIMPLEX ->
                ClassPrototypes.simplex(
                        pictures.classes().size(),
                        parent.describe(EncoderOptions.Precision.FP32).dimension(),
                        scale);
        };
    }

    private ClassPrototypes texts(ModelPackage parent, List<String> classes) throws IOException {
        if (!parent.hasText()) {
            throw CommandFailure.usage("--prototypes TEXTS: the model has no text encoder; take MEANS or SIMPLEX");
        }
        if (vocabulary == null) {
            throw CommandFailure.usage("--prototypes TEXTS needs --vocabulary");
        }
        Map<String, String> names = names();
        List<List<String>> texts = classes.stream()
                .map(one -> names.getOrDefault(one, one.replace('_', ' ')))
                .map(name -> templates.stream()
                        .map(template -> template.replace(CLASS, name))
                        .toList())
                .toList();
        ClipTokenizer tokenizer = new ClipTokenizer(ClipVocabulary.read(vocabulary));
        try (TextEncoder encoder = parent.openText(EncoderOptions.onFirstDevice())) {
            return ClassPrototypes.texts(encoder, tokenizer, texts, scale);
        }
    }

    private Map<String, String> names() throws IOException {
        Map<String, String> names = new HashMap<>();
        if (classTexts == null) {
            return names;
        }
        for (String line : Files.readAllLines(classTexts)) {
            int equals = line.indexOf('=');
            if (equals < 0 && !line.isBlank()) {
                throw CommandFailure.usage("%s: '%s' is no 'class = name'".formatted(classTexts, line));
            }
            if (equals >= 0) {
                names.put(
                        line.substring(0, equals).strip(),
                        line.substring(equals + 1).strip());
            }
        }
        return names;
    }
}
