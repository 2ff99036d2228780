package io.bulwark.cli.audit;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.cli.audit.AuditCounts.Period;
import io.bulwark.cli.audit.AuditReport.CampaignRow;
import io.bulwark.cli.report.ChartFile;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.traffic.Broker;
import io.bulwark.cli.traffic.BrokerOptions.BrokerCommand;
import io.bulwark.cli.traffic.TopicScan;
import io.bulwark.events.AttackAudit;
import io.bulwark.schemas.topic.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.kafka.common.errors.AuthorizationException;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.style.Styler.ChartTheme;
import org.knowm.xchart.style.Styler.LegendPosition;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code bulwark audit}: the laboratory adds what the audit is worth. */
@Command(
        name = "audit",
        description = "Measures what the attack audit is worth, and reports what it found.",
        subcommands = AuditCommand.AuditReportCommand.class)
public final class AuditCommand {

    /** {@code bulwark audit report}. */
    @Command(
            name = "report",
            description = {
                "Writes what happened in a stretch of time: audits by kind, accounts and contents that stand out, campaigns, and",
                "how many decisions held that the red team attacked. Reads moderation.attack-audit and moderation.campaigns."
            })
    public static final class AuditReportCommand extends BrokerCommand implements Callable<Integer> {

        @Option(
                names = "--since",
                paramLabel = "TIME",
                required = true,
                converter = Moment.class,
                description =
                        "From when on: an instant such as 2026-11-27T06:00:00Z, or how long ago, such as PT24H or P7D.")
        private Instant since;

        @Option(
                names = "--until",
                paramLabel = "TIME",
                converter = Moment.class,
                description = "Up to when, in the same way (default: now).")
        private Instant until;

        @Option(
                names = "--out",
                paramLabel = "DIR",
                required = true,
                description = "The folder for report.md, report.json and audits.png, which is made if missing.")
        private Path out;

        @Option(
                names = "--tenant",
                paramLabel = "NAME",
                description = "Only audits of this tenant, and no campaigns, which name none.")
        private String tenant;

        @Option(
                names = "--most",
                paramLabel = "N",
                defaultValue = "20",
                description = "Number of accounts, contents and campaigns to list.")
        private int most;

        @Option(names = "--threads", paramLabel = "N", defaultValue = "2", description = "Number of reading threads.")
        private int threads;

        @Override
        public Integer call() {
            Period period = new Period(
                    since,
                    Optional.ofNullable(until).orElseGet(() -> Clock.systemUTC().instant()));
            if (!period.since().isBefore(period.until()) || most < 1 || threads < 1) {
                throw CommandFailure.usage("--since is before --until, --most and --threads are at least 1");
            }
            Broker at = broker();
            AuditCounts counts = new AuditCounts(period, Optional.ofNullable(tenant));
            new TopicScan<>(at, Topics.ATTACK_AUDIT, AttackAudit.class, Optional.of(since), threads)
                    .read(() -> new AuditCounts(period, Optional.ofNullable(tenant)))
                    .forEach(counts::add);
            boolean drawn = draw(counts);
            AuditReport report = new AuditReport(counts, campaigns(at, period), most, drawn);
            write("report.md", report.markdown());
            try {
                write(
                        "report.json",
                        new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(report.fields()) + "\n");
            } catch (IOException impossible) {
                throw CommandFailure.failed("the report is no JSON: " + impossible, impossible);
            }
            output().print(report.markdown(), report.fields());
            return ExitCodes.OK;
        }

        /** None where the broker has no such topic, or does not let this user read it: the rest of the report holds. */
        private List<CampaignRow> campaigns(Broker at, Period period) {
            if (tenant != null) {
                return List.of();
            }
            try {
                return CampaignRow.of(at, period);
            } catch (CommandFailure | AuthorizationException unreadable) {
                output().note("no campaigns: " + unreadable.getMessage());
                return List.of();
            }
        }

        /** A machine without fonts has no picture; the rest of the report says the same. */
        private boolean draw(AuditCounts counts) {
            if (counts.audits() == 0) {
                return false;
            }
            try {
                AuditPicture.write(counts, out.resolve(AuditReport.PICTURE));
                return true;
            } catch (IOException undrawn) {
                output().note("no picture: " + undrawn.getMessage());
                return false;
            }
        }

        private void write(String name, String text) {
            try {
                Files.createDirectories(out);
                Files.writeString(out.resolve(name), text);
            } catch (IOException unwritable) {
                throw CommandFailure.failed(out.resolve(name) + " cannot be written: " + unwritable, unwritable);
            }
        }

        /**
         * An instant as people type it: {@code 2026-11-27T06:00:00Z}, or how long ago, such as {@code PT24H} or {@code
         * P7D}.
         */
        static final class Moment implements ITypeConverter<Instant> {

            private final Clock clock;

            Moment() {
                this(Clock.systemUTC());
            }

            Moment(Clock clock) {
                this.clock = clock;
            }

            @Override
            public Instant convert(String text) {
                try {
                    return text.startsWith("P") ? clock.instant().minus(Duration.parse(text)) : Instant.parse(text);
                } catch (DateTimeException | ArithmeticException neither) {
                    throw new TypeConversionException(
                            "'" + text
                                    + "' is neither an instant such as 2026-11-27T06:00:00Z nor a time ago such as PT24H or P7D");
                }
            }
        }

        /** Audits by kind over time as stacked bars. */
        private static final class AuditPicture {

            private static final int WIDTH = 1000;
            private static final int HEIGHT = 420;
            private static final int MOST_LABELS = 12;
            private static final int TURNED = 45;

            private AuditPicture() {}

            /**
             * Writes the picture; there has to be an audit.
             *
             * @throws IOException if it cannot be written, or this machine has no fonts to draw text with
             */
            static void write(AuditCounts counts, Path file) throws IOException {
                CategoryChart chart = new CategoryChartBuilder()
                        .width(WIDTH)
                        .height(HEIGHT)
                        .theme(ChartTheme.Matlab)
                        .title("Audits by kind")
                        .xAxisTitle("UTC")
                        .yAxisTitle("audits")
                        .build();
                List<String> labels = labels(counts.period());
                chart.getStyler()
                        .setStacked(true)
                        .setAvailableSpaceFill(0.8)
                        .setXAxisMaxLabelCount(MOST_LABELS)
                        .setXAxisLabelRotation(TURNED)
                        .setLegendPosition(LegendPosition.OutsideE);
                counts.byKind().forEach((kind, parts) -> {
                    List<Long> values = new ArrayList<>();
                    for (long part : parts) {
                        values.add(part);
                    }
                    chart.addSeries(kind, labels, values);
                });
                ChartFile.write(chart, file);
            }

            private static List<String> labels(Period period) {
                boolean days = period.width().compareTo(Duration.ofDays(1)) >= 0;
                DateTimeFormatter format = DateTimeFormatter.ofPattern(days ? "d MMM" : "d MMM HH:mm", Locale.ROOT)
                        .withZone(ZoneOffset.UTC);
                return period.parts().stream().map(format::format).toList();
            }
        }
    }
}
