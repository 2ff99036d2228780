package io.bulwark.cli.audit;

import io.bulwark.cli.audit.AuditCounts.Period;
import io.bulwark.cli.audit.AuditCounts.Standing;
import io.bulwark.cli.report.Share.LiveShare;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.traffic.Broker;
import io.bulwark.cli.traffic.LatestRecords;
import io.bulwark.events.AttackCampaign;
import io.bulwark.schemas.serde.DecodedEvent;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.topic.Topics;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * A report in words and as fields; both say the same.
 *
 * @param counts of the period
 * @param campaigns that were under way in it
 * @param most accounts, contents and campaigns that are listed
 * @param drawn whether a picture lies beside it
 */
record AuditReport(AuditCounts counts, List<CampaignRow> campaigns, int most, boolean drawn) {

    /** The name of the picture. */
    static final String PICTURE = "audits.png";

    String markdown() {
        StringBuilder text = new StringBuilder();
        Period period = counts.period();
        text.append("# What was attacked from %s to %s?\n\n".formatted(period.since(), period.until()));
        text.append("%,d audits, %d campaigns.%s%s\n\n"
                .formatted(
                        counts.audits(),
                        campaigns.size(),
                        counts.unreadableRecords() == 0
                                ? ""
                                : " %,d records could not be read.".formatted(counts.unreadableRecords()),
                        counts.crowded() ? " There were too many accounts or contents to remember all." : ""));
        text.append("## When, and how?\n\n");
        if (drawn) {
            text.append("![Audits by kind over time](%s)\n\n".formatted(PICTURE));
        }
        table(
                text,
                List.of("kind", "audits", "most in one part of the time", "which began"),
                counts.byKind().entrySet().stream().map(this::kind).toList());
        text.append("## Which accounts stand out?\n\n");
        table(
                text,
                List.of("account", "audits", "images", "SAFE all the same", "kinds"),
                standing(counts.accounts(most)));
        text.append("## Which contents stand out?\n\nAn entry of the flagged index stands for everything near it.\n\n");
        table(
                text,
                List.of("content", "audits", "accounts", "SAFE all the same", "kinds"),
                standing(counts.contents(most)));
        text.append("## Which attempts belong together?\n\n");
        table(
                text,
                List.of("campaign", "kind", "state", "severity", "images", "accounts", "from", "to"),
                campaigns.stream()
                        .limit(most)
                        .map(each -> List.of(
                                code(each.id()),
                                each.kind(),
                                each.state(),
                                each.severity(),
                                number(each.images()),
                                number(each.accounts()),
                                each.since().toString(),
                                each.until().toString()))
                        .toList());
        text.append("## What do scores of a random sample look like?\n\n");
        text.append("%s files were drawn at random (`bulwark.audit.sample`). They count nowhere else.\n\n"
                .formatted(number(counts.sample().files())));
        table(
                text,
                List.of(
                        "score",
                        "sampled",
                        "median",
                        "95 %",
                        "99 %",
                        "highest",
                        "threshold",
                        "files over it",
                        "share of all",
                        "95 % interval"),
                counts.sample().scores().stream().map(AuditReport::score).toList());
        text.append("## How many decisions held that the red team attacked?\n\n");
        table(
                text,
                List.of("goal", "images", "out of time", "robust accuracy", "95 % interval"),
                counts.robustAccuracy().entrySet().stream()
                        .map(each -> List.of(
                                each.getKey(),
                                number(each.getValue().stood() + each.getValue().fell()),
                                number(each.getValue().overdue()),
                                percent(each.getValue().value()),
                                percent(each.getValue().low()) + " to "
                                        + percent(each.getValue().high())))
                        .toList());
        return text.toString().stripTrailing() + "\n";
    }

    private static List<String> score(SampledScores.Score each) {
        return List.of(
                each.signal(),
                number(each.sampled()),
                decimals(each.median()),
                decimals(each.p95()),
                decimals(each.p99()),
                decimals(each.most()),
                decimals(each.threshold()),
                number(each.over()),
                fine(each.share()),
                fine(each.low()) + " to " + fine(each.high()));
    }

    private List<String> kind(Map.Entry<String, long[]> each) {
        long[] parts = each.getValue();
        int peak = 0;
        for (int i = 1; i < parts.length; i++) {
            peak = parts[i] > parts[peak] ? i : peak;
        }
        return List.of(
                each.getKey(),
                number(LongStream.of(parts).sum()),
                number(parts[peak]),
                counts.period().parts().get(peak).toString());
    }

    private static List<List<String>> standing(List<Map.Entry<String, Standing>> all) {
        return all.stream()
                .map(each -> List.of(
                        code(each.getKey()),
                        number(each.getValue().audits()),
                        number(each.getValue().others()),
                        number(each.getValue().safe()),
                        each.getValue().kinds().entrySet().stream()
                                .map(kind -> kind.getKey() + " " + number(kind.getValue()))
                                .collect(Collectors.joining(", "))))
                .toList();
    }

    private static void table(StringBuilder text, List<String> head, List<List<String>> rows) {
        if (rows.isEmpty()) {
            text.append("None.\n\n");
            return;
        }
        List<List<String>> all =
                new ArrayList<>(List.of(head, head.stream().map(any -> "---").toList()));
        all.addAll(rows);
        all.forEach(row -> text.append("| ").append(String.join(" | ", row)).append(" |\n"));
        text.append("\n");
    }

    /**
     * An id as code. Uploaders choose ids: no part of one may become part of the table or run.
     */
    private static String code(String id) {
        String safe = id.codePoints()
                .map(letter -> Character.isISOControl(letter) || letter == '`' || letter == '|' ? '\uFFFD' : letter)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        return "`" + safe + "`";
    }

    private static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private static String decimals(double score) {
        return String.format(Locale.ROOT, "%.4f", score);
    }

    private static String fine(double share) {
        return String.format(Locale.ROOT, "%.3f %%", 100 * share);
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }

    Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        Period period = counts.period();
        fields.put("since", period.since().toString());
        fields.put("until", period.until().toString());
        fields.put("partSeconds", period.width().toSeconds());
        fields.put("audits", counts.audits());
        fields.put("unreadable", counts.unreadableRecords());
        fields.put("parts", period.parts().stream().map(Instant::toString).toList());
        fields.put("byKind", new TreeMap<>(counts.byKind()));
        fields.put("accounts", standings(counts.accounts(most), "images"));
        fields.put("contents", standings(counts.contents(most), "accounts"));
        fields.put(
                "campaigns",
                campaigns.stream().limit(most).map(AuditReport::fields).toList());
        fields.put("sampledFiles", counts.sample().files());
        fields.put(
                "sampledScores",
                counts.sample().scores().stream().map(AuditReport::fields).toList());
        fields.put("robustAccuracy", accuracy(counts.robustAccuracy()));
        return fields;
    }

    private static List<Map<String, Object>> standings(List<Map.Entry<String, Standing>> all, String others) {
        return all.stream()
                .map(each -> {
                    Map<String, Object> fields = Output.fields(
                            "id",
                            each.getKey(),
                            "audits",
                            each.getValue().audits(),
                            others,
                            each.getValue().others(),
                            "safe",
                            each.getValue().safe(),
                            "kinds",
                            each.getValue().kinds());
                    return fields;
                })
                .toList();
    }

    private static Map<String, Object> fields(CampaignRow row) {
        Map<String, Object> fields = Output.fields(
                "campaignId",
                row.id(),
                "kind",
                row.kind(),
                "state",
                row.state(),
                "severity",
                row.severity(),
                "images",
                row.images(),
                "accounts",
                row.accounts(),
                "since",
                row.since().toString(),
                "until",
                row.until().toString());
        return fields;
    }

    private static Map<String, Object> fields(SampledScores.Score score) {
        Map<String, Object> fields = Output.fields(
                "signal",
                score.signal(),
                "sampled",
                score.sampled(),
                "median",
                score.median(),
                "p95",
                score.p95(),
                "p99",
                score.p99(),
                "most",
                score.most(),
                "threshold",
                score.threshold(),
                "over",
                score.over(),
                "share",
                score.share(),
                "low",
                score.low(),
                "high",
                score.high());
        return fields;
    }

    private List<Map<String, Object>> accuracy(SortedMap<String, LiveShare> all) {
        return all.entrySet().stream()
                .map(each -> {
                    Map<String, Object> fields = Output.fields(
                            "goal",
                            each.getKey(),
                            "images",
                            each.getValue().stood() + each.getValue().fell(),
                            "overdue",
                            each.getValue().overdue(),
                            "accuracy",
                            each.getValue().value(),
                            "low",
                            each.getValue().low(),
                            "high",
                            each.getValue().high());
                    return fields;
                })
                .toList();
    }

    /**
     * A campaign as it stands now.
     *
     * @param images that its record names
     * @param accounts that its record names
     */
    record CampaignRow(
            String id,
            String kind,
            String state,
            String severity,
            int images,
            int accounts,
            Instant since,
            Instant until) {

        /** Campaigns under way in a period, the most images first. */
        static List<CampaignRow> of(Broker broker, Period period) {
            List<CampaignRow> rows = new ArrayList<>();
            try (EventDecoder<AttackCampaign> decoder =
                    new EventDecoder<>(AttackCampaign.class, broker.clientSettings(Map.of()))) {
                for (byte[] value : LatestRecords.of(broker, Topics.CAMPAIGNS).values()) {
                    if (decoder.decode(broker.topic(Topics.CAMPAIGNS), value)
                                    instanceof DecodedEvent.Event<AttackCampaign> event
                            && event.value().getWindowStart().isBefore(period.until())
                            && !event.value().getWindowEnd().isBefore(period.since())) {
                        rows.add(of(event.value()));
                    }
                }
            }
            rows.sort(Comparator.comparing((CampaignRow row) -> -row.images()).thenComparing(CampaignRow::id));
            return rows;
        }

        private static CampaignRow of(AttackCampaign campaign) {
            return new CampaignRow(
                    campaign.getCampaignId(),
                    campaign.getKind().name(),
                    campaign.getState().name(),
                    campaign.getSeverity().name(),
                    campaign.getMembers().size(),
                    campaign.getUploaders().size(),
                    campaign.getWindowStart(),
                    campaign.getWindowEnd());
        }
    }
}
