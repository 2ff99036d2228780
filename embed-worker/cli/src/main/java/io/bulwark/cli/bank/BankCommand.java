package io.bulwark.cli.bank;

import io.bulwark.cli.bank.BankFile.StoredReference;
import io.bulwark.cli.bank.BankOptions.ReferenceChange;
import io.bulwark.cli.bank.calibrate.BankCalibrateCommand;
import io.bulwark.cli.bank.calibrate.BankCalibrateFlaggedCommand;
import io.bulwark.cli.bank.calibrate.BankCoverageCommand;
import io.bulwark.cli.bank.calibrate.BankVerifyCommand;
import io.bulwark.cli.bank.hashes.BankHashesCommand;
import io.bulwark.cli.picture.LabelledPicture;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputCommand;
import io.bulwark.cli.terminal.TimeSpan;
import io.bulwark.cli.traffic.BrokerOptions.BrokerCommand;
import io.bulwark.events.ReferenceVariant;
import io.bulwark.schemas.topic.ReferenceKey;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bulwark bank}: the laboratory adds {@code concepts}. */
@Command(
        name = "bank",
        description =
                "Builds, changes, checks and calibrates banks of labelled references. Workers follow every change "
                        + "without a restart.",
        subcommands = {
            BankCommand.BankBuildCommand.class,
            BankCommand.BankAddCommand.class,
            BankCommand.BankRemoveCommand.class,
            BankCommand.BankDisableCommand.class,
            BankCommand.BankListCommand.class,
            BankVerifyCommand.class,
            BankCalibrateCommand.class,
            BankCalibrateFlaggedCommand.class,
            BankCoverageCommand.class,
            BankCommand.BankExportCommand.class,
            BankCommand.BankImportCommand.class,
            BankHashesCommand.class
        })
public final class BankCommand {

    /** {@code bulwark bank build}. */
    @Command(
            name = "build",
            description =
                    "Makes a bank hold the pictures of a folder and nothing else: one folder of pictures for each label. "
                            + "Only embeddings are stored, never pictures.")
    static final class BankBuildCommand extends OutputCommand implements Callable<Integer> {

        @Mixin
        private FillingOptions filling;

        @Parameters(
                paramLabel = "FOLDER",
                description = "Holds LABEL/*.png and so on (JPEG, PNG, GIF, WebP; HEIC and AVIF where heif-dec is).")
        private Path folder;

        @Override
        public Integer call() {
            filling.fill(LabelledPicture.below(folder), BankFilling::replaceBy, output());
            return ExitCodes.OK;
        }
    }

    /** {@code bulwark bank add}. */
    @Command(
            name = "add",
            description =
                    "Adds pictures to a bank: those of a folder with one folder for each label, or with --label any files. "
                            + "A picture whose id is there already takes its place.")
    static final class BankAddCommand extends OutputCommand implements Callable<Integer> {

        @Mixin
        private FillingOptions filling;

        @Option(
                names = "--label",
                paramLabel = "LABEL",
                description =
                        "The label of all the pictures; without it the folders that they lie in are their labels.")
        private String label;

        @Parameters(arity = "1..*", paramLabel = "PATH", description = "Folders; with --label files as well.")
        private List<Path> paths;

        @Override
        public Integer call() {
            filling.fill(pictures(), BankFilling::add, output());
            return ExitCodes.OK;
        }

        private List<LabelledPicture> pictures() {
            if (label != null) {
                return LabelledPicture.allLabelled(label, paths);
            }
            List<LabelledPicture> pictures = new ArrayList<>();
            paths.forEach(folder -> pictures.addAll(LabelledPicture.below(folder)));
            return pictures;
        }
    }

    /** {@code bulwark bank remove}. */
    @Command(name = "remove", description = "Removes references from a bank, for good.")
    static final class BankRemoveCommand extends OutputCommand implements Callable<Integer> {

        @Mixin
        private BankOptions bank;

        @Parameters(arity = "1..*", paramLabel = "ID", description = "References, as `bulwark bank list` shows them.")
        private List<String> ids;

        @Override
        public Integer call() {
            try (BankTopic topic = bank.topic()) {
                ReferenceChange.of(topic, bank.name(), bank.models()).remove(ids);
            }
            ids.forEach(id -> output().print("removed " + id, Map.of("removed", id)));
            return ExitCodes.OK;
        }
    }

    /** {@code bulwark bank disable}. */
    @Command(
            name = "disable",
            description =
                    "Keeps references from voting for a while; they come back by themselves. --for 0s brings them back "
                            + "now.")
    static final class BankDisableCommand extends OutputCommand implements Callable<Integer> {

        @Mixin
        private BankOptions bank;

        @Option(
                names = "--for",
                required = true,
                paramLabel = "DURATION",
                description = "How long, such as 90s, 30m, 24h or 7d.")
        private String duration;

        @Parameters(arity = "1..*", paramLabel = "ID", description = "References, as `bulwark bank list` shows them.")
        private List<String> ids;

        @Override
        public Integer call() {
            Instant until = Clock.systemUTC().instant().plus(parsed(duration)).truncatedTo(ChronoUnit.MILLIS);
            try (BankTopic topic = bank.topic()) {
                ReferenceChange.of(topic, bank.name(), bank.models()).disable(ids, until);
            }
            ids.forEach(id -> output().print(
                            "disabled " + id + " until " + until, Map.of("disabled", id, "until", until.toString())));
            return ExitCodes.OK;
        }

        /** @throws CommandFailure if it is no length of time */
        static Duration parsed(String text) {
            return TimeSpan.parse("--for", text);
        }
    }

    /** {@code bulwark bank list}. */
    @Command(
            name = "list",
            description =
                    "Lists a bank's references, of whatever model, in the order of their keys. Entries of exchanges' "
                            + "lists are left out.")
    static final class BankListCommand extends OutputCommand implements Callable<Integer> {

        @Mixin
        private BankOptions bank;

        @Option(names = "--label", paramLabel = "LABEL", description = "Only references of this label.")
        private String label;

        @Override
        public Integer call() {
            Output output = output();
            Instant now = Clock.systemUTC().instant();
            List<StoredReference> references;
            try (BankTopic topic = bank.topic()) {
                references = topic.read().of(bank.name());
            }
            references.stream()
                    .filter(reference -> reference.value().getListing() == null)
                    .filter(reference ->
                            label == null || label.equals(reference.value().getLabel()))
                    .forEach(reference -> print(output, reference, now));
            return ExitCodes.OK;
        }

        private static void print(Output output, StoredReference reference, Instant now) {
            String model = reference.key().modelFingerprint();
            Map<String, Object> fields = Output.fields(
                    "id",
                    reference.key().referenceId(),
                    "label",
                    reference.value().getLabel(),
                    "modelFingerprint",
                    model,
                    "variants",
                    reference.value().getVariants().stream()
                            .map(ReferenceVariant::getName)
                            .toList(),
                    "addedBy",
                    reference.value().getAddedBy(),
                    "addedAt",
                    reference.value().getAddedAt().toString(),
                    "labelSource",
                    reference.value().getLabelSource().toString());
            String disabled = "";
            if (reference.isDisabledAt(now)) {
                fields.put("disabledUntil", reference.value().getDisabledUntil().toString());
                disabled = "  disabled until " + reference.value().getDisabledUntil();
            }
            output.print(
                    reference.key().referenceId() + "  " + reference.value().getLabel() + "  model "
                            + model.substring(0, Math.min(12, model.length())) + disabled,
                    fields);
        }
    }

    /** {@code bulwark bank export}. */
    @Command(
            name = "export",
            description =
                    "Writes references into a file, which `bulwark bank import` brings back: the bank's backup. It "
                            + "holds embeddings, labels and notes, no pictures, and no entry of an exchange's list, which "
                            + "`bulwark bank hashes sync` brings back.")
    static final class BankExportCommand extends BrokerCommand implements Callable<Integer> {

        @Option(
                names = "--bank",
                paramLabel = "NAME",
                description = "Only this bank (default: all), of whatever model.")
        private String bank;

        @Parameters(paramLabel = "FILE", description = "The file to write; what it held is replaced.")
        private Path file;

        @Override
        public Integer call() {
            BankTopic.Content content;
            try (BankTopic topic = new BankTopic(broker())) {
                content = topic.read();
            }
            List<StoredReference> references = content.references().stream()
                    .filter(stored -> bank == null || stored.key().bank().equals(bank))
                    .filter(stored -> stored.value().getListing() == null)
                    .filter(stored -> !stored.key().modelFingerprint().equals(ReferenceKey.FEED))
                    .toList();
            if (references.isEmpty()) {
                throw CommandFailure.failed(
                        "there is nothing to export: "
                                + (bank == null ? "no bank has a reference" : "the bank " + bank + " has no reference"),
                        null);
            }
            BankFile.write(file, references);
            content.unreadable().forEach(problem -> output().note("left out, because it is unreadable: " + problem));
            output().print(
                            "exported " + references.size() + " references to " + file,
                            Map.of(
                                    "exported",
                                    references.size(),
                                    "unreadable",
                                    content.unreadable().size()));
            return ExitCodes.OK;
        }
    }

    /** {@code bulwark bank import}. */
    @Command(
            name = "import",
            description =
                    "Brings back the references of a file that `bulwark bank export` wrote, each in its bank and for "
                            + "its model. A reference that is there already is replaced; others stay. Nothing is written unless the "
                            + "whole file can be read.")
    static final class BankImportCommand extends BrokerCommand implements Callable<Integer> {

        @Parameters(paramLabel = "FILE", description = "The file to read.")
        private Path file;

        @Override
        public Integer call() {
            List<StoredReference> references = BankFile.read(file);
            try (BankTopic topic = new BankTopic(broker())) {
                topic.putAll(references);
                topic.confirm();
            }
            output().print(
                            "imported " + references.size() + " references from " + file,
                            Map.of("imported", references.size()));
            return ExitCodes.OK;
        }
    }
}
