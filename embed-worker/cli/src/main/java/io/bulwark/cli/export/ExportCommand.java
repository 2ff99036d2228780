package io.bulwark.cli.export;

import io.bulwark.cli.export.ExportErasure.Erased;
import io.bulwark.cli.export.TopicExport.ExportedFile;
import io.bulwark.cli.export.TopicExport.ExportedFile.Source;
import io.bulwark.cli.export.TopicExport.Written;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.traffic.Broker;
import io.bulwark.cli.traffic.BrokerOptions.BrokerCommand;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import software.amazon.awssdk.core.exception.SdkException;

/** {@code bulwark export}. */
@Command(
        name = "export",
        description = {
            "Writes decisions, reviews and audits as Parquet, a file for each hour and partition, up to the last whole hour,"
                    + " and carries out erasures on what was written. Run it each hour; a second run at the"
                    + " same target is refused.",
            "Fails where the broker has forgotten records that were not exported, records cannot be read, or erasures"
                    + " may have been missed; the rest is exported. A partition whose next record only a newer version"
                    + " can read is left at that record."
        })
public final class ExportCommand extends BrokerCommand implements Callable<Integer> {

    /** A transaction that began within the hour has ended by then. */
    private static final Duration MARGIN = Duration.ofMinutes(2);

    @Option(
            names = "--to",
            paramLabel = "TARGET",
            required = true,
            description = "A folder, or s3://bucket/prefix with credentials of AWS's chain.")
    private String to;

    @Option(
            names = "--s3-endpoint",
            paramLabel = "URL",
            description = "Address of a store that speaks S3 and is not AWS's.")
    private URI endpoint;

    @Option(names = "--s3-region", paramLabel = "REGION", description = "Region of the bucket (default: AWS_REGION).")
    private String region;

    @Option(
            names = "--keep-days",
            paramLabel = "DAYS",
            description = "Remove hours that are older, and export none of them (default: keep all).")
    private Integer keepDays;

    @Override
    public Integer call() throws IOException {
        if (keepDays != null && keepDays < 1) {
            throw CommandFailure.usage("--keep-days has to be 1 or more");
        }
        return run(Instant.now());
    }

    private int run(Instant now) throws IOException {
        Path scratch = Files.createTempDirectory("bulwark-export");
        try (ExportTarget target = ExportTarget.of(to, Optional.ofNullable(endpoint), Optional.ofNullable(region))) {
            return run(target, scratch, now) ? ExitCodes.OK : ExitCodes.FAILED;
        } catch (SdkException unreachable) {
            throw CommandFailure.unavailable(to + ": " + unreachable.getMessage(), unreachable);
        } finally {
            remove(scratch);
        }
    }

    private boolean run(ExportTarget target, Path scratch, Instant now) throws IOException {
        Output output = output();
        Instant until = now.minus(MARGIN).truncatedTo(ChronoUnit.HOURS);
        Instant from = keepDays == null
                ? Instant.EPOCH
                : now.minus(Duration.ofDays(keepDays)).truncatedTo(ChronoUnit.HOURS);
        target.lock();
        List<ExportedFile> present = files(target);
        Set<ExportedFile> fresh = new HashSet<>();
        boolean whole = true;
        for (Source source : Source.values()) {
            Written written = export(broker(), target, source, source.type(), scratch, from, until, present);
            print(written, output);
            fresh.addAll(written.files());
            whole &= written.isWhole();
        }
        List<ExportedFile> all = new ArrayList<>(files(target));
        int expired = 0;
        for (ExportedFile file : List.copyOf(all)) {
            if (file.hour().isBefore(from)) {
                target.delete(file.path());
                all.remove(file);
                expired++;
            }
        }
        Erased erased = new ExportErasure(broker(), target, scratch, until).run(all, fresh);
        if (erased.missed()) {
            output.note("erasures may have been missed: the last run was two weeks ago or longer, or " + to + " has no "
                    + ExportErasure.PROGRESS + ". Order the ones of that time again, which the next run carries out, or"
                    + " export to an empty target. Later runs do not say so");
        }
        output.print(
                "erasures  orders=" + erased.orders() + " rows=" + erased.rows() + " expired-files=" + expired,
                Map.of("orders", erased.orders(), "erasedRows", erased.rows(), "expiredFiles", expired));
        return whole && !erased.missed();
    }

    private static <T extends SpecificRecord> Written export(
            Broker broker,
            ExportTarget target,
            Source source,
            Class<T> type,
            Path scratch,
            Instant from,
            Instant until,
            List<ExportedFile> present)
            throws IOException {
        return new TopicExport<>(broker, target, source, type, scratch, from, until).run(present);
    }

    private static List<ExportedFile> files(ExportTarget target) {
        return target.list().stream()
                .map(ExportedFile::at)
                .flatMap(Optional::stream)
                .sorted(Comparator.comparing(ExportedFile::path))
                .toList();
    }

    private static void print(Written written, Output output) {
        written.blocked().forEach(output::note);
        output.print(
                String.format(
                        "%-9s files=%d rows=%d unreadable=%d missing=%d blocked=%d",
                        written.source().folder(),
                        written.files().size(),
                        written.rows(),
                        written.unreadable(),
                        written.missing(),
                        written.blocked().size()),
                Map.of(
                        "source", written.source().folder(),
                        "files", written.files().size(),
                        "rows", written.rows(),
                        "unreadable", written.unreadable(),
                        "missing", written.missing(),
                        "blocked", written.blocked().size()));
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
