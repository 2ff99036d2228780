package io.bulwark.lab.redteam;

import io.bulwark.cli.audit.ProbeOutcome;
import io.bulwark.events.ImageLocation;
import io.bulwark.events.ImageUploaded;
import io.bulwark.events.InlineImage;
import io.bulwark.events.RecordCoordinates;
import io.bulwark.events.Verdict;
import io.bulwark.imaging.process.PictureReader.PictureRead;
import io.bulwark.imaging.process.PictureReader.ReaderUnavailableException;
import io.bulwark.lab.attack.Attack.Watch;
import io.bulwark.lab.attack.AttackGoal;
import io.bulwark.lab.probe.ViewProbe;
import io.bulwark.perception.bank.Bank;
import io.bulwark.perception.bank.Bank.ContentHashes;
import io.bulwark.perception.bank.Bank.HashMatch;
import io.bulwark.perception.encoder.Encoder.EncoderException;
import io.bulwark.perception.hash.FileDigest;
import io.bulwark.perception.hash.Sha256;
import io.bulwark.perception.verdict.Decider;
import io.bulwark.schemas.preview.PreviewQuestion;
import io.bulwark.schemas.serde.DecodedEvent;
import io.bulwark.service.fetch.FetchResult;
import io.bulwark.service.follow.PolicySnapshot;
import io.bulwark.service.follow.SnapshotHolder;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;

/**
 * From a verdict to what an attack on its picture comes to: the upload's record, its file, what a worker sees of it,
 * and the attack under the bank and the policies of now. One thread, the encoders'.
 */
final class Attacker implements AutoCloseable {

    private final WorkerParts parts;
    private final ViewProbe.ProbeSettings settings;
    private final IntFunction<Watch> watches;
    private final ViewProbe probe;
    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private Optional<InForce> held = Optional.empty();

    /** @param watches makes one for each picture, by the number of its views */
    Attacker(WorkerParts parts, ViewProbe.ProbeSettings settings, IntFunction<Watch> watches) {
        this.parts = parts;
        this.settings = settings;
        this.watches = watches;
        this.probe = new ViewProbe(parts.encoder, parts.gradients);
    }

    /** What is decided by, held from one picture to the next. */
    private record InForce(
            SnapshotHolder.Loan<Bank> loan, PolicySnapshot policies, ViewProbe.ProbedModeration moderation) {

        Bank bank() {
            return loan.value();
        }

        void close() {
            moderation.close();
            loan.close();
        }
    }

    /** Why a picture is not attacked. */
    private static final class SkippedException extends Exception {
        private static final long serialVersionUID = 1;

        SkippedException(String why) {
            super(why, null, false, false);
        }
    }

    /**
     * Attacks the picture of a verdict.
     *
     * @throws CancellationException if the thread was told to stop meanwhile
     */
    Attempt attack(Verdict verdict, AttackGoal goal) {
        long begun = threads.getCurrentThreadCpuTime();
        Optional<ViewProbe.ProbeResult> result = Optional.empty();
        String remark = "";
        try {
            ViewProbe.ProbedModeration moderation = inForce().moderation();
            ViewProbe.ProbedPicture picture = picture(verdict);
            Watch watch = watches.apply(picture.views().size());
            ViewProbe.ProbeResult got = probe.run(moderation, picture, goal, settings, watch);
            result = Optional.of(got);
            if (got.outcome() == ProbeOutcome.SKIPPED) {
                remark = "bank and policies of now call it " + got.before().outcome();
            } else if (got.outcome() == ProbeOutcome.OVERDUE) {
                remark = "the attack took longer than bulwark.red-team.deadline allows for "
                        + picture.views().size() + " views";
            }
        } catch (SkippedException skipped) {
            remark = skipped.getMessage();
        } catch (KafkaException | ReaderUnavailableException | EncoderException | IllegalArgumentException failed) {
            remark = failed.getMessage();
        }
        Duration cpu = Duration.ofNanos(threads.getCurrentThreadCpuTime() - begun);
        return new Attempt(verdict, goal, result, remark, cpu);
    }

    private InForce inForce() throws SkippedException {
        PolicySnapshot policies = parts.policies
                .current()
                .orElseThrow(() -> new SkippedException(parts.policies.status().message()));
        if (held.isPresent()
                && held.get().policies() == policies
                && parts.banks
                        .current()
                        .filter(bank -> bank.version().equals(held.get().bank().version()))
                        .isPresent()) {
            return held.get();
        }
        close();
        SnapshotHolder.Loan<Bank> loan = parts.banks
                .borrow()
                .orElseThrow(() -> new SkippedException(parts.banks.status().message()));
        held = Optional.of(new InForce(loan, policies, new ViewProbe.ProbedModeration(loan.value(), policies)));
        return held.get();
    }

    private ViewProbe.ProbedPicture picture(Verdict verdict) throws SkippedException {
        RecordCoordinates at = verdict.getUpload();
        String sha256 = verdict.getContentSha256();
        byte[] record = parts.records
                .read(new PreviewQuestion(at.getTopic(), at.getPartition(), at.getOffset(), sha256, false))
                .orElseThrow(() -> new SkippedException("the upload's record is gone"));
        if (!(parts.uploads.decode(at.getTopic(), record) instanceof DecodedEvent.Event<ImageUploaded> upload)) {
            throw new SkippedException("the upload's record cannot be read");
        }
        Object content = upload.value().getContent();
        FetchResult file = content instanceof InlineImage inline
                ? parts.sources.inline(inline)
                : parts.sources.fetch((ImageLocation) content);
        try {
            if (!(file instanceof FetchResult.Fetched fetched)) {
                throw new SkippedException("the file cannot be fetched: " + ((FetchResult.Refused) file).detail());
            }
            if (!fetched.sha256().equals(sha256)) {
                throw new SkippedException("the file is not the one that was judged: its SHA-256 is another");
            }
            return picture(verdict.getTenant(), fetched.bytes());
        } finally {
            file.release();
        }
    }

    private ViewProbe.ProbedPicture picture(String tenant, byte[] file) throws SkippedException {
        boolean hashes = parts.banks.current().map(Bank::knowsPictures).orElse(false);
        PictureRead read = parts.reader.read(file, hashes);
        if (!(read instanceof PictureRead.Seen seen)) {
            throw new SkippedException("the file cannot be decoded now");
        }
        requireUnrestricted(tenant, file, seen);
        return new ViewProbe.ProbedPicture(tenant, new ContentHashes(Optional.empty(), seen.hashes()), seen.views());
    }

    /** A list may have come after the verdict. */
    private void requireUnrestricted(String tenant, byte[] file, PictureRead.Seen seen) throws SkippedException {
        InForce inForce = inForce();
        ContentHashes hashes = new ContentHashes(
                Optional.of(Sha256.digest(file)),
                Stream.of(FileDigest.Kind.values())
                        .map(kind -> FileDigest.of(kind, file))
                        .toList(),
                seen.hashes());
        if (new Decider(List.of(), parts.restricted)
                .byRestrictedHash(HashMatch.Found.in(inForce.bank(), hashes), inForce.policies(), tenant)
                .isPresent()) {
            throw new SkippedException("the picture is not to be attacked");
        }
    }

    @Override
    public void close() {
        held.ifPresent(InForce::close);
        held = Optional.empty();
    }

    /**
     * A picture that was drawn and what became of it.
     *
     * @param verdict that was drawn
     * @param result of the attack; empty where there was none
     * @param remark why the picture was skipped, or is not known to have held; else empty
     * @param cpu time of this thread that all of it took
     */
    record Attempt(
            Verdict verdict, AttackGoal goal, Optional<ViewProbe.ProbeResult> result, String remark, Duration cpu) {

        ProbeOutcome outcome() {
            return result.map(ViewProbe.ProbeResult::outcome).orElse(ProbeOutcome.SKIPPED);
        }
    }
}
