package io.bulwark.lab.evaluate.acceptance;

import io.bulwark.cli.picture.FileViewer;
import io.bulwark.cli.picture.PictureEmbedder;
import io.bulwark.imaging.jpeg.JpegReduction;
import io.bulwark.lab.evaluate.acceptance.AcceptanceSplit.LabelledFile;
import io.bulwark.perception.bank.LabelledEmbedding.ReferenceVariant;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.model.ModelPackage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Several encoders of one model, each with its own weights and thread: faster than one encoder of several threads.
 * Looks at as many files at once as it has encoders. Any thread.
 */
public final class EncoderPool implements FileViewer, AutoCloseable {

    private static final int MOST = 8;

    private final List<Member> members = new ArrayList<>();
    private final BlockingQueue<Member> free = new LinkedBlockingQueue<>();

    /**
     * Opens the encoders.
     *
     * @param size 1 or more
     * @param open makes one; called on the thread that uses it
     * @param viewer what looks with it
     */
    EncoderPool(int size, Supplier<PictureEmbedder> open, Function<PictureEmbedder, FileViewer> viewer) {
        try {
            for (int i = 0; i < size; i++) {
                Member member = Member.open(open, viewer);
                members.add(member);
                free.add(member);
            }
        } catch (RuntimeException unopened) {
            close();
            throw unopened;
        }
    }

    /**
     * One encoder for each core, {@value #MOST} at most; a single one on a GPU, and where one works on several cores.
     *
     * @param views that are looked at
     * @param bank its safe files are the other pictures in everyday versions
     * @param augmented whether references keep everyday variants, and calibration files are looked at changed as well
     */
    public static EncoderPool of(
            ModelPackage model, EncoderOptions options, JudgedViews views, List<LabelledFile> bank, boolean augmented) {
        return new EncoderPool(
                ModelPackage.runsOnCpu(options) && options.threads() == 1
                        ? Math.min(MOST, Runtime.getRuntime().availableProcessors())
                        : 1,
                () -> new PictureEmbedder(model.openEncoder(options), JpegReduction.none(), views),
                embedder -> augmented ? Sights.AugmentingViewer.of(bank, embedder) : embedder);
    }

    /** How many files are looked at at once. */
    public int size() {
        return members.size();
    }

    /** Of each of them. */
    public EncoderDescription description() {
        return members.get(0).embedder.description();
    }

    @Override
    public Sight look(byte[] file) {
        return ask(viewer -> viewer.look(file));
    }

    @Override
    public List<ReferenceVariant> variants(byte[] file, Sight.Seen seen) {
        return ask(viewer -> viewer.variants(file, seen));
    }

    @Override
    public Optional<ChangedSight> changed(byte[] file) {
        return ask(viewer -> viewer.changed(file));
    }

    private <T> T ask(Function<FileViewer, T> question) {
        Member member;
        try {
            member = free.take();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while all encoders were busy", interrupted);
        }
        try {
            return member.run(() -> question.apply(member.viewer));
        } finally {
            free.add(member);
        }
    }

    @Override
    public void close() {
        members.forEach(Member::close);
    }

    private record Member(ExecutorService thread, PictureEmbedder embedder, FileViewer viewer) {

        static Member open(Supplier<PictureEmbedder> open, Function<PictureEmbedder, FileViewer> viewer) {
            ExecutorService thread = Executors.newSingleThreadExecutor();
            try {
                PictureEmbedder embedder = run(thread, open);
                return new Member(thread, embedder, viewer.apply(embedder));
            } catch (RuntimeException unopened) {
                thread.shutdown();
                throw unopened;
            }
        }

        <T> T run(Supplier<T> task) {
            return run(thread, task);
        }

        private static <T> T run(ExecutorService thread, Supplier<T> task) {
            try {
                return CompletableFuture.supplyAsync(task, thread).join();
            } catch (CompletionException failed) {
                throw failed.getCause() instanceof RuntimeException cause ? cause : failed;
            }
        }

        void close() {
            run(() -> {
                embedder.close();
                return null;
            });
            thread.shutdown();
        }
    }
}
