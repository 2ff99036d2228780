package io.bulwark.lab.train;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.lab.attack.loss.EmbeddingLoss;
import io.bulwark.lab.attack.loss.LogitLoss;
import io.bulwark.lab.attack.loss.PrototypeLoss;
import io.bulwark.lab.picture.PictureSet;
import io.bulwark.lab.text.ClipTokenizer;
import io.bulwark.lab.text.ClipVocabulary;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.DifferentiableEncoder.Answers;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.encoder.TextEncoder;
import io.bulwark.perception.hash.Sha256;
import io.bulwark.perception.model.ModelPackage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import picocli.CommandLine.Option;

/**
 * What stands for the classes in TeCoA's loss, fixed while the encoder is tuned.
 *
 * @param kind how they came about, for provenance
 * @param rows {@code [classes][D]}, any length above zero
 * @param scale what cosines are multiplied with before the softmax
 */
record ClassPrototypes(String kind, float[][] rows, double scale) {

    private static final String SIMPLEX = "simplex";
    private static final int PICTURES_OF_A_CLASS = 64;

    public ClassPrototypes {
        if (!(scale > 0)) {
            throw new IllegalArgumentException("scale is " + scale + ", allowed are numbers above 0");
        }
    }

    /**
     * CLIP's zero-shot classifier, which TeCoA was published with: for each class the mean of its texts' unit
     * embeddings (Radford et al., ICML 2021, section 3.1.4).
     *
     * @param texts for each class one or several
     */
    public static ClassPrototypes texts(
            TextEncoder encoder, ClipTokenizer tokenizer, List<List<String>> texts, double scale) {
        float[][] rows = new float[texts.size()][];
        for (int c = 0; c < rows.length; c++) {
            long[][] tokens = texts.get(c).stream()
                    .map(text -> tokenizer.tokenize(text, encoder.contextLength()))
                    .toArray(long[][]::new);
            rows[c] = mean(encoder.embed(tokens), tokens.length);
        }
        return new ClassPrototypes("texts", rows, scale);
    }

    /**
     * Class means of what the encoder says before it is tuned, for encoders without texts (Snell et al., "Prototypical
     * Networks", NeurIPS 2017): of 64 pictures a class, or all where there are fewer, each at unit length.
     *
     * @param size height and width that the encoder sees
     * @param seed of which pictures
     */
    public static ClassPrototypes means(
            DifferentiableEncoder encoder, PictureSet pictures, int size, long seed, double scale) {
        Augmentation whole =
                new Augmentation(pictures, new Recipe.Batches(size, size, 1, 1, 0), new Recipe.Variation(false, 0));
        float[][] rows = new float[pictures.classes().size()][];
        for (int c = 0; c < rows.length; c++) {
            int[] some = some(pictures, c, seed);
            float[] pixels = new float[some.length * 3 * size * size];
            for (int i = 0; i < some.length; i++) {
                whole.crop(some[i], Seeds.random(seed, Seeds.CROP, c, i)).write(size, pixels, i);
            }
            Answers answers = encoder.answer(pixels, some.length, size, size);
            rows[c] = mean(units(answers), some.length);
        }
        return new ClassPrototypes("class means of the parent", rows, scale);
    }

    /**
     * The corners of a regular simplex, as far from each other as can be: where the last layer of a classifier that is
     * trained to the end takes its class vectors by itself, so that they may as well be fixed (Papyan et al., PNAS
     * 2020; Zhu et al., NeurIPS 2021). For encoders that know nothing yet.
     *
     * @param dimension at least the number of classes
     */
    static ClassPrototypes simplex(int classes, int dimension, double scale) {
        if (classes < 2 || dimension < classes) {
            throw new IllegalArgumentException(
                    "a simplex of %d classes in %d dimensions; needed are at least 2 classes and as many dimensions"
                            .formatted(classes, dimension));
        }
        float[][] rows = new float[classes][dimension];
        for (int c = 0; c < classes; c++) {
            for (int d = 0; d < classes; d++) {
                rows[c][d] = (c == d ? 1 : 0) - 1f / classes;
            }
        }
        return new ClassPrototypes(SIMPLEX, rows, scale);
    }

    private static int[] some(PictureSet pictures, int wanted, long seed) {
        int[] all = IntStream.range(0, pictures.size())
                .filter(picture -> pictures.label(picture) == wanted)
                .toArray();
        SplittableRandom random = Seeds.random(seed, Seeds.ORDER, wanted, 0);
        int count = Math.min(PICTURES_OF_A_CLASS, all.length);
        for (int i = 0; i < count; i++) {
            int other = random.nextInt(i, all.length);
            int kept = all[i];
            all[i] = all[other];
            all[other] = kept;
        }
        return IntStream.of(all).limit(count).toArray();
    }

    private static float[] units(Answers answers) {
        float[] units = answers.embeddings().clone();
        int dimension = units.length / answers.count();
        for (int row = 0; row < answers.count(); row++) {
            double squares = 0;
            for (int d = row * dimension; d < (row + 1) * dimension; d++) {
                squares += (double) units[d] * units[d];
            }
            for (int d = row * dimension; d < (row + 1) * dimension; d++) {
                units[d] /= (float) Math.sqrt(squares);
            }
        }
        return units;
    }

    private static float[] mean(float[] units, int count) {
        float[] mean = new float[units.length / count];
        for (int i = 0; i < units.length; i++) {
            mean[i % mean.length] += units[i] / count;
        }
        return mean;
    }

    /**
     * TeCoA's goal with these prototypes.
     *
     * @param clean weight of the loss of pictures as they are
     */
    TrainingGoal.Maker tecoa(double clean) {
        PrototypeLoss.Prototypes prototypes = PrototypeLoss.Prototypes.of(rows, scale);
        Map<String, String> about = Map.of(
                "goal",
                "TeCoA, scale %s, prototypes of %d classes: %s, SHA-256 %s"
                        .formatted(
                                scale, rows.length, kind, Sha256.digest(bytes()).hex()));
        return new TrainingGoal.Maker() {
            @Override
            public TrainingGoal of(Answers parent, int[] labels) {
                return new TecoaGoal(prototypes, labels, clean);
            }

            /** A simplex is for a parent that has nothing to say. */
            @Override
            public boolean asksParent() {
                return !kind.equals(SIMPLEX);
            }

            @Override
            public Map<String, String> describe() {
                return about;
            }
        };
    }

    private byte[] bytes() {
        ByteBuffer bytes = ByteBuffer.allocate(rows.length * rows[0].length * Float.BYTES);
        for (float[] row : rows) {
            for (float value : row) {
                bytes.putFloat(value);
            }
        }
        return bytes.array();
    }

    /**
     * TeCoA: the embedding of a perturbed picture is drawn to its class's text and away from the other classes' by the
     * cross-entropy of scaled cosines, which the inner attack raises (Mao et al., ICLR 2023; with the scale of 100 that
     * CLIP has, Schlarmann et al., ICML 2024, section 4). Where there are no texts, other prototypes stand for the
     * classes.
     *
     * <p>The same loss of pictures as they are may be added.
     *
     * @param prototypes one for each class
     * @param labels of the shard's pictures
     * @param clean weight of the loss of pictures as they are
     */
    record TecoaGoal(PrototypeLoss.Prototypes prototypes, int[] labels, double clean) implements TrainingGoal {

        @Override
        public EmbeddingLoss inner() {
            return new PrototypeLoss(
                            LogitLoss.CROSS_ENTROPY,
                            Collections.nCopies(labels.length, prototypes),
                            labels,
                            new int[labels.length])
                    .batched();
        }

        @Override
        public Lowered evaluate(Answers answers, int perturbed) {
            int rows = answers.count();
            int dimension = answers.embeddings().length / rows;
            int[] samples = IntStream.range(0, rows)
                    .map(row -> row < perturbed ? row : row - perturbed)
                    .toArray();
            EmbeddingLoss.Values values = inner().evaluate(answers.embeddings(), samples);
            float[] slope = values.slope();
            boolean[] right = new boolean[rows];
            double loss = 0;
            for (int row = 0; row < rows; row++) {
                double weight = row < perturbed ? 1.0 / perturbed : clean / (rows - perturbed);
                loss += weight * values.scores().losses()[row];
                right[row] = !values.scores().fooled()[row];
                for (int d = row * dimension; d < (row + 1) * dimension; d++) {
                    slope[d] *= (float) weight;
                }
            }
            return new Lowered(loss, new Answers(rows, slope, new float[0]), right);
        }
    }

    /** What stands for the classes in TeCoA's loss: {@code @Mixin PrototypeOptions prototypes}. */
    static final class PrototypeOptions {

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
                description = "What stands for the classes: TEXTS (embeddings of their texts, for CLIP), MEANS (class"
                        + " means of"
                        + " the parent's embeddings) or SIMPLEX (fixed corners of a simplex, for an encoder"
                        + " that has learnt"
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
                description =
                        "What cosines are multiplied with before the softmax (default: ${DEFAULT-VALUE}, CLIP's).")
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
}
