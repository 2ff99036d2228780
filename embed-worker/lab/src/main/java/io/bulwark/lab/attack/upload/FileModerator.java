package io.bulwark.lab.attack.upload;

import io.bulwark.imaging.DecodeResult;
import io.bulwark.imaging.ImageDecoder;
import io.bulwark.imaging.SamplingKey;
import io.bulwark.imaging.preprocess.Preprocessor;
import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.imaging.preprocess.View;
import io.bulwark.perception.bank.Bank;
import io.bulwark.perception.bank.Bank.ContentHashes;
import io.bulwark.perception.encoder.Encoder;
import io.bulwark.perception.encoder.Encoder.Embeddings;
import io.bulwark.perception.flagged.FlaggedIndex;
import io.bulwark.perception.flagged.NearFlagged;
import io.bulwark.perception.hash.Sha256;
import io.bulwark.perception.verdict.Decider;
import io.bulwark.perception.verdict.Judgement;
import io.bulwark.perception.verdict.Policies;
import io.bulwark.perception.verdict.PolicySettings.Thresholds;
import io.bulwark.perception.verdict.ScoredImage;
import io.bulwark.perception.verdict.SeenImage;
import io.bulwark.perception.verdict.SeenImage.SeenView;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * The whole decision about a file, as a worker makes it: decoded, cut into views, embedded, looked up, judged by the
 * worst view. What success on the upload track is judged by, and all that an outsider sees. One thread, always the
 * same.
 *
 * @param decoder reads files
 * @param preprocessor cuts views
 * @param encoder for inference; not closed by this
 * @param bank of the encoder; not closed by this
 * @param policies decide
 * @param tenant whose policy applies
 * @param flagged what is flagged, near which nothing is SAFE; empty for a worker without the index
 */
public record FileModerator(
        ImageDecoder decoder,
        Preprocessor preprocessor,
        Encoder encoder,
        Bank bank,
        Policies policies,
        String tenant,
        Optional<Flagged> flagged) {

    /** Views embedded at once; more cost memory and, on a CPU, time. */
    private static final int BATCH = 8;

    /**
     * The flagged index of a worker.
     *
     * @param index not closed by this
     * @param key by which scores of what is held back are drawn
     */
    public record Flagged(FlaggedIndex index, NearFlagged rule, SamplingKey key) {}

    /** A worker without a flagged index. */
    public FileModerator(
            ImageDecoder decoder,
            Preprocessor preprocessor,
            Encoder encoder,
            Bank bank,
            Policies policies,
            String tenant) {
        this(decoder, preprocessor, encoder, bank, policies, tenant, Optional.empty());
    }

    /** The same worker with a flagged index. */
    public FileModerator with(Flagged index) {
        return new FileModerator(decoder, preprocessor, encoder, bank, policies, tenant, Optional.of(index));
    }

    public FileModerator {
        if (!bank.modelFingerprint().equals(encoder.description().fingerprint())) {
            throw new IllegalArgumentException("the bank's references were made by the model %s, the encoder is %s"
                    .formatted(bank.modelFingerprint(), encoder.description().fingerprint()));
        }
    }

    /** Decides; empty where the decoder refuses the file. */
    public Optional<Judgement> decide(byte[] file) {
        DecodeResult result = decoder.decode(file);
        return result instanceof DecodeResult.Decoded decoded
                ? Optional.of(
                        decide(List.of(Sha256.digest(file)), List.of(decoded)).get(0))
                : Optional.empty();
    }

    /**
     * Decides about lossless files of pictures, as about PNGs whose pixels are stored, without writing them: what the
     * decoder would give is the picture itself. Views of several pictures go through the encoder together.
     *
     * @return one a picture, in their order
     */
    public List<Judgement> decideStored(List<UprightPicture> pictures) {
        return decide(
                pictures.stream()
                        .map(picture -> Sha256.digest(StoredPng.of(picture)))
                        .toList(),
                pictures.stream().map(UprightPicture::still).toList());
    }

    /**
     * The result for a file before an index holds anything back. A twin is compared with it, and entries are made of
     * it.
     *
     * @param views how the encoder sees it
     * @param scored about them
     */
    public record FileResult(List<SeenView> views, ScoredImage scored) {

        /** The embedding of the view that decided. */
        public float[] deciding() {
            return views.get(scored.judgement().worstView()).embedding();
        }
    }

    /** That of a file; empty where the decoder refuses it. */
    public Optional<FileResult> result(byte[] file) {
        DecodeResult result = decoder.decode(file);
        return result instanceof DecodeResult.Decoded decoded
                ? Optional.of(result(Sha256.digest(file), decoded))
                : Optional.empty();
    }

    /** That of a lossless file of a picture, as {@link #decideStored} decides. */
    FileResult resultOfStored(UprightPicture picture) {
        return result(Sha256.digest(StoredPng.of(picture)), picture.still());
    }

    /**
     * That of a twin, of what its encoder judges; empty where the decoder refuses the file.
     *
     * @param looks names of the views that the encoder judges
     */
    Optional<FileResult> result(byte[] file, List<String> looks) {
        DecodeResult result = decoder.decode(file);
        return result instanceof DecodeResult.Decoded decoded
                ? Optional.of(result(Sha256.digest(file), preprocessor.judged(decoded, looks)))
                : Optional.empty();
    }

    /** The same of a lossless file of a picture. */
    FileResult resultOfStored(UprightPicture picture, List<String> looks) {
        return result(Sha256.digest(StoredPng.of(picture)), preprocessor.judged(picture.still(), looks));
    }

    private FileResult result(Sha256 file, DecodeResult.Decoded picture) {
        return result(file, preprocessor.judged(picture));
    }

    private FileResult result(Sha256 file, List<View> views) {
        SeenImage image = images(List.of(file), List.of(views)).get(0);
        return new FileResult(image.views(), score(List.of(image)).get(0));
    }

    private List<List<SeenView>> see(List<List<View>> views) {
        List<View> all = views.stream().flatMap(List::stream).toList();
        List<SeenView> seen = new ArrayList<>();
        for (int from = 0; from < all.size(); from += BATCH) {
            seen.addAll(embed(all.subList(from, Math.min(all.size(), from + BATCH))));
        }
        List<List<SeenView>> byPicture = new ArrayList<>();
        int from = 0;
        for (List<View> of : views) {
            byPicture.add(List.copyOf(seen.subList(from, from + of.size())));
            from += of.size();
        }
        return byPicture;
    }

    private List<SeenView> embed(List<View> views) {
        int bytes = views.get(0).pixels().length;
        ByteBuffer pixels = ByteBuffer.allocateDirect(views.size() * bytes);
        views.forEach(view -> pixels.put(view.pixels()));
        Embeddings embeddings = encoder.embed(pixels.flip(), views.size());
        return IntStream.range(0, views.size())
                .mapToObj(view -> new SeenView(
                        views.get(view).name(), embeddings.embedding(view), embeddings.classProbabilities(view)))
                .toList();
    }

    private List<Judgement> decide(List<Sha256> files, List<DecodeResult.Decoded> pictures) {
        List<SeenImage> images =
                images(files, pictures.stream().map(preprocessor::judged).toList());
        List<ScoredImage> result = score(images);
        List<Optional<ScoredImage>> held = flagged.map(index -> held(index, images, files, result))
                .orElseGet(() -> Collections.nCopies(pictures.size(), Optional.empty()));
        return IntStream.range(0, pictures.size())
                .mapToObj(i -> held.get(i).orElse(result.get(i)).judgement())
                .toList();
    }

    private List<SeenImage> images(List<Sha256> files, List<List<View>> views) {
        List<List<SeenView>> seen = see(views);
        return IntStream.range(0, views.size())
                .mapToObj(i -> new SeenImage(tenant, ContentHashes.of(files.get(i)), seen.get(i)))
                .toList();
    }

    private List<ScoredImage> score(List<SeenImage> images) {
        return new Decider(encoder.description().headClasses()).decide(bank, policies, images);
    }

    private List<Optional<ScoredImage>> held(
            Flagged index, List<SeenImage> images, List<Sha256> files, List<ScoredImage> result) {
        Thresholds thresholds = policies.of(tenant).inForce().settings().thresholds();
        List<NearFlagged.Decided> decided = IntStream.range(0, images.size())
                .mapToObj(i -> {
                    String file = files.get(i).hex();
                    double draw = index.key()
                            .draws(file.getBytes(StandardCharsets.US_ASCII))
                            .next();
                    return new NearFlagged.Decided(images.get(i), file, result.get(i), thresholds, draw);
                })
                .toList();
        return index.rule().hold(index.index(), decided).stream()
                .map(each -> each.map(NearFlagged.Held::scored))
                .toList();
    }

    /**
     * A PNG whose pixels are stored and not compressed (ISO/IEC 15948, sections 5, 10.1 and 11.2): the cheapest file
     * that holds a picture exactly. An attacker of many queries makes such files, and who decides about them need not
     * decode them: what was written is what is read.
     */
    static final class StoredPng {

        private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
        private static final int RGB = 2;

        private StoredPng() {}

        /** The file of a picture, in 8 bits of RGB without filters. */
        static byte[] of(UprightPicture picture) {
            byte[] header = ByteBuffer.allocate(13)
                    .putInt(picture.width())
                    .putInt(picture.height())
                    .put((byte) 8)
                    .put((byte) RGB)
                    .array();
            ByteArrayOutputStream file = new ByteArrayOutputStream(picture.rgb().length + picture.height() + 1024);
            file.writeBytes(SIGNATURE);
            chunk(file, "IHDR", header);
            chunk(file, "IDAT", stored(picture));
            chunk(file, "IEND", new byte[0]);
            return file.toByteArray();
        }

        /** Each row behind the number of its filter, which is none. */
        private static byte[] stored(UprightPicture picture) {
            int row = 3 * picture.width();
            byte[] rows = new byte[(row + 1) * picture.height()];
            for (int y = 0; y < picture.height(); y++) {
                System.arraycopy(picture.rgb(), y * row, rows, y * (row + 1) + 1, row);
            }
            Deflater deflater = new Deflater(Deflater.NO_COMPRESSION);
            try {
                deflater.setInput(rows);
                deflater.finish();
                ByteArrayOutputStream stream = new ByteArrayOutputStream(rows.length + 1024);
                byte[] part = new byte[1 << 16];
                while (!deflater.finished()) {
                    stream.write(part, 0, deflater.deflate(part));
                }
                return stream.toByteArray();
            } finally {
                deflater.end();
            }
        }

        private static void chunk(ByteArrayOutputStream file, String type, byte[] content) {
            byte[] named = ByteBuffer.allocate(4 + content.length)
                    .put(type.getBytes(StandardCharsets.US_ASCII))
                    .put(content)
                    .array();
            CRC32 checksum = new CRC32();
            checksum.update(named);
            file.writeBytes(ByteBuffer.allocate(4).putInt(content.length).array());
            file.writeBytes(named);
            file.writeBytes(
                    ByteBuffer.allocate(4).putInt((int) checksum.getValue()).array());
        }
    }
}
