package io.bulwark.lab.audit;

import io.bulwark.cli.picture.LabelledPicture;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.InputFile;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputCommand;
import io.bulwark.cli.terminal.Progress;
import io.bulwark.lab.attack.command.ModerationTarget;
import io.bulwark.lab.attack.command.ModerationTarget.TargetOptions;
import io.bulwark.lab.audit.QueryTally.QueryEntry;
import io.bulwark.lab.experiment.LedgerFile;
import io.bulwark.lab.experiment.Results;
import io.bulwark.lab.experiment.Results.Machine;
import io.bulwark.lab.picture.SourceFile.PicturePaths;
import io.bulwark.perception.hash.Sha256;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bulwark audit evaluate}. */
@Command(
        name = "evaluate",
        description = {
            "How many of their own flagged pictures attackers get through by uploading variants until one is"
                    + " SAFE,",
            "by decisions alone (HopSkipJump) and by scores (Square), at a worker without and with a flagged index"
                    + " that has",
            "the pictures as entries, each by an attacker who takes no notice of the index and by one whose steps grow"
                    + " where",
            "answers are held back (OARS), and by gradients of decision and distance from the entry together (APGD);"
                    + " with --twin",
            "also by gradients of all that watches. The policy is calibrated on the references. With --out a run that"
                    + " was stopped",
            "goes on."
        })
public final class AuditEvaluateCommand extends OutputCommand implements Runnable {

    /** References that HopSkipJump tries to start from: each costs a query. */
    private static final int STARTS = 8;

    private static final String NAME = "audit-evaluate";

    @Mixin
    private TargetOptions victim;

    @Mixin
    private PicturePaths pictures;

    @Mixin
    private QueryOptions attackers;

    @Mixin
    private AlarmOptions watchers;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Folder for " + NAME + ".md, .json and the ledger that a stopped run goes on from.")
    private Path out;

    @Option(
            names = "--keep",
            paramLabel = "DIR",
            description = "Folder for the last upload of each attack that is run now, and for each picture as it was"
                    + " attacked, to give to a worker: PNGs named by picture, attack, index and decision.")
    private Path keep;

    @Override
    public void run() {
        attackers.validate(watchers.hasTwin());
        Output output = output();
        List<byte[]> starts =
                victim.harmless(STARTS).stream().map(LabelledPicture::bytes).toList();
        try (ModerationTarget target = victim.open(output)) {
            Optional<AlarmOptions.QueryAlarms> alarms = watchers.open(target, victim, output);
            try {
                print(
                        new QueryRun(
                                target,
                                starts,
                                attackers,
                                alarms,
                                ledger(target, alarms),
                                Optional.ofNullable(keep).map(QueryRun.KeptUploads::new)),
                        output);
            } finally {
                alarms.ifPresent(AlarmOptions.QueryAlarms::close);
            }
        } catch (IllegalArgumentException e) {
            throw CommandFailure.failed(e.getMessage(), e);
        }
    }

    private LedgerFile.Entries<QueryEntry.Key, QueryEntry> ledger(
            ModerationTarget target, Optional<AlarmOptions.QueryAlarms> alarms) {
        if (out == null) {
            return LedgerFile.Entries.unwritten(QueryEntry::key);
        }
        return LedgerFile.Entries.open(
                out.resolve(NAME + ".jsonl"),
                "encoder %s, bank %s, policy %s; %s"
                        .formatted(
                                target.moderator().encoder().description().fingerprint(),
                                target.moderator().bank().version(),
                                target.policyVersion(),
                                words(alarms)),
                AuditDetectCommand.OTHERS,
                QueryEntry.class,
                QueryEntry::key);
    }

    /** The results of the flagged pictures. */
    private record Attacked(List<List<QueryEntry>> entries, int shrunk) {}

    private Attacked attacked(QueryRun run, Output output) {
        List<List<QueryEntry>> entries = new ArrayList<>();
        Set<Sha256> done = new HashSet<>();
        int shrunk = 0;
        List<Path> files = pictures.files();
        try (Progress progress = Progress.of("attacking", files.size(), output)) {
            for (Path file : files) {
                Optional<QueryRun.Flagged> picture =
                        entries.size() < attackers.limit ? run.flagged(InputFile.bytes(file)) : Optional.empty();
                if (picture.isPresent() && done.add(picture.get().sha256())) {
                    entries.add(run.attack(picture.get()));
                    shrunk += picture.get().shrunk() ? 1 : 0;
                    note(entries, output);
                }
                progress.step();
            }
        }
        if (entries.isEmpty()) {
            throw CommandFailure.failed("none of the pictures is NSFW by these references: nothing to get through");
        }
        return new Attacked(entries, shrunk);
    }

    private static void note(List<List<QueryEntry>> entries, Output output) {
        List<QueryEntry> last = entries.get(entries.size() - 1);
        output.note(String.format(
                Locale.ROOT,
                "picture %d, %s: %d of %d attacks passed, %d uploads, %.1f CPU s",
                entries.size(),
                last.get(0).picture().substring(0, 12),
                last.stream().filter(QueryEntry::passed).count(),
                last.size(),
                last.stream().mapToLong(QueryEntry::queries).sum(),
                last.stream().mapToDouble(QueryEntry::cpuSeconds).sum()));
    }

    private String words(Optional<AlarmOptions.QueryAlarms> alarms) {
        return attackers.words() + alarms.map(AlarmOptions.QueryAlarms::words).orElse("");
    }

    private void print(QueryRun run, Output output) {
        Attacked attacked = attacked(run, output);
        List<QueryTally> tallies = run.kinds().stream()
                .map(kind -> new QueryTally(kind.toString(), of(attacked, kind, false), of(attacked, kind, true)))
                .toList();
        String about = String.format(
                Locale.ROOT,
                "**audit evaluate** of `%s`: %d flagged pictures, %d of them shrunk; %s; success is the first SAFE within"
                        + " the threat model. 95 %% intervals: Wilson, ratios Bonett and Price. %s.",
                run.target().moderator().encoder().description().name(),
                attacked.entries().size(),
                attacked.shrunk(),
                words(run.alarms()),
                Machine.describe());
        QueryTable table = new QueryTable(about, tallies, attackers.queries, attackers.campaignAfter);
        if (out == null) {
            output.print(table.markdown(), table.json());
        } else {
            new Results(out, output).publish(NAME, table);
        }
    }

    private static List<QueryEntry> of(Attacked attacked, QueryOptions.QueryKind kind, boolean index) {
        return attacked.entries().stream()
                .flatMap(List::stream)
                .filter(entry -> entry.attack().equals(kind.toString()) && entry.index() == index)
                .toList();
    }
}
