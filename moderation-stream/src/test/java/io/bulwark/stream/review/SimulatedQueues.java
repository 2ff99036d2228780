package io.bulwark.stream.review;

import io.bulwark.stream.access.Roles;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.problem.Problem.ProblemException;
import io.bulwark.stream.review.ItemRow.Origin;
import io.bulwark.stream.review.QueueIntake.HeadStart;
import io.bulwark.stream.testing.ReviewDesk;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Rules of a tenant's queues that change while items come and go, and where each open item belongs by them. */
final class SimulatedQueues {

    private static final int FIVE_MINUTES = 300;
    private static final List<String> NAMES = List.of("ads", "attacks", "late", "reported");

    /** Items that an upkeep has to do with. */
    static final String OUTDATED = "SELECT item_id::text FROM queue_item item WHERE tenant = ? AND stage <> 'CLOSED'"
            + " AND golden_for = '' AND (due_at <= clock_timestamp() AND NOT overdue OR routed <"
            + " (SELECT version FROM review_routing WHERE review_routing.tenant = item.tenant))";

    private final Connection watcher;
    private final String tenant;

    SimulatedQueues(Connection watcher, String tenant) {
        this.watcher = watcher;
        this.tenant = tenant;
    }

    /** A row of {@code review_queue}, as far as rules are made here. */
    private record Queue(String name, int position, List<String> origins, int reports, int headStart, String higher) {

        boolean fits(String surface, List<String> its, int itsReports) {
            List<String> shown = its.equals(List.of("SAMPLE")) ? List.of("REVIEW") : its;
            return !name.equals("late")
                    && (!name.equals("ads") || surface.equals("ads"))
                    && itsReports >= reports
                    && (origins.isEmpty() || !Collections.disjoint(origins, shown));
        }
    }

    /** Where an image was uploaded, as its producer says. */
    static String surface(String image) {
        return image.hashCode() % 3 == 0 ? "ads" : "profile";
    }

    /** A senior makes, changes or removes a queue. */
    static Void change(QueueRouting routing, String tenant, Random drawn) {
        var senior = new Person("sara", tenant, Set.of(Roles.REVIEWER, Roles.SENIOR));
        String name = NAMES.get(drawn.nextInt(NAMES.size()));
        int position = drawn.nextInt(3);
        int headStart = FIVE_MINUTES * (drawn.nextInt(5) - 2);
        try {
            if (drawn.nextInt(4) == 0) {
                routing.remove(senior, name);
            } else if (name.equals("late")) {
                routing.set(
                        senior,
                        name,
                        new QueueRule(
                                position,
                                List.of("never"),
                                null,
                                null,
                                null,
                                null,
                                null,
                                null,
                                List.of(Roles.SENIOR),
                                headStart,
                                null,
                                null,
                                null));
            } else {
                boolean attacks = name.equals("attacks");
                boolean ads = name.equals("ads");
                routing.set(
                        senior,
                        name,
                        new QueueRule(
                                position,
                                null,
                                null,
                                attacks ? List.of("AUDIT") : null,
                                null,
                                null,
                                null,
                                attacks || ads ? null : 1,
                                null,
                                headStart,
                                FIVE_MINUTES,
                                null,
                                drawn.nextBoolean() ? "late" : null,
                                null,
                                ads ? Map.of("surface", List.of("ads", "elsewhere")) : null));
            }
        } catch (ProblemException refused) {
            if (refused.problem() != Problem.BAD_PARAMETER && refused.problem() != Problem.NOT_FOUND) {
                throw refused;
            }
        }
        return null;
    }

    /** Open items that are not where the rules say, with where they are and belong. */
    List<String> misplaced() throws SQLException {
        List<Queue> rules = rules();
        List<String> found = new ArrayList<>();
        try (PreparedStatement items = watcher.prepareStatement("SELECT image_id, origins, reports, queue, head_start,"
                + " overdue, extract(epoch FROM arrived_at - rank) - head_start, score, labels, strikes,"
                + " extract(epoch FROM due_at - arrived_at) FROM queue_item"
                + " WHERE tenant = ? AND stage <> 'CLOSED' AND golden_for = ''")) {
            items.setString(1, tenant);
            try (ResultSet item = items.executeQuery()) {
                while (item.next()) {
                    List<String> origins = texts(item.getArray(2));
                    int reports = item.getInt(3);
                    boolean overdue = item.getBoolean(6);
                    // What was drawn is where the latest doubt went, of whatever surface that was.
                    Stream<String> surfaces = origins.equals(List.of("SAMPLE"))
                            ? Stream.of("ads", "profile")
                            : Stream.of(surface(item.getString(1)));
                    Duration own = HeadStart.of(
                            origins.stream().map(Origin::valueOf).collect(Collectors.toSet()),
                            item.getDouble(8),
                            !Collections.disjoint(texts(item.getArray(9)), ReviewDesk.RULES.secondLabels()),
                            item.getInt(10),
                            reports);
                    int due = item.getInt(11);
                    int byDeadline = item.wasNull() ? Integer.MIN_VALUE : headStartByDeadline(due, own);
                    Set<String> should = surfaces.map(surface -> belongs(rules, surface, origins, reports, overdue))
                            .map(queue -> queue.name() + " " + Math.max(queue.headStart(), byDeadline))
                            .collect(Collectors.toSet());
                    boolean ranked = Math.abs(item.getDouble(7) - own.toMillis() / 1000.0) < 0.01;
                    String is = item.getString(4) + " " + item.getInt(5) + (ranked ? "" : " and not ranked so");
                    if (!should.contains(is)) {
                        found.add(item.getString(1) + " is in " + is + " and belongs into " + should);
                    }
                }
            }
        }
        return found;
    }

    /** Seconds with which an item counts as arrived eight hours before it is due. */
    private static int headStartByDeadline(int due, Duration own) {
        return Math.toIntExact(-Math.floorDiv(
                own.toMillis() - Duration.ofHours(8).minusSeconds(due).toMillis(), 1000L));
    }

    private static Queue belongs(
            List<Queue> rules, String surface, List<String> origins, int reports, boolean overdue) {
        var rest = new Queue("default", 0, List.of(), 0, 0, null);
        Queue first = rules.stream()
                .filter(rule -> rule.fits(surface, origins, reports))
                .findFirst()
                .orElse(rest);
        return rules.stream()
                .filter(rule -> overdue && rule.name().equals(first.higher()))
                .findFirst()
                .orElse(first);
    }

    private List<Queue> rules() throws SQLException {
        List<Queue> rules = new ArrayList<>();
        try (PreparedStatement all = watcher.prepareStatement("SELECT name, position, origins, reports, head_start,"
                + " escalates_to FROM review_queue WHERE tenant = ?")) {
            all.setString(1, tenant);
            try (ResultSet row = all.executeQuery()) {
                while (row.next()) {
                    rules.add(new Queue(
                            row.getString(1),
                            row.getInt(2),
                            texts(row.getArray(3)),
                            row.getInt(4),
                            row.getInt(5),
                            row.getString(6)));
                }
            }
        }
        rules.sort(Comparator.comparingInt(Queue::position).thenComparing(Queue::name));
        return rules;
    }

    private static List<String> texts(Array array) throws SQLException {
        return Arrays.asList((String[]) array.getArray());
    }
}
