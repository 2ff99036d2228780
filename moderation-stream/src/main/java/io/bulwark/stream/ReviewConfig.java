package io.bulwark.stream;

import io.bulwark.stream.SettingsCheck.Allowed;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** How people review. */
public interface ReviewConfig {
    /** How long a claimed item stays with its reviewer unless the claim is renewed. */
    @WithDefault("2m")
    @Allowed("PT5S to PT8H")
    Duration lease();

    /** How long after a decision its reviewer may undo it. A senior may at any time. */
    @WithDefault("10m")
    @Allowed("PT0S to PT8760H")
    Duration undoWithin();

    /** Share of all contents that are drawn for two people to review, 0 to 1. */
    @WithDefault("0.001")
    @Allowed("0 to 1")
    double sample();

    /** Share of the claims that are answered with an item whose answer is known, 0 to 1. */
    @WithDefault("0.01")
    @Allowed("0 to 1")
    double golden();

    /** The bank, {@code bulwark.bank.name} of the workers, to which approved proposals add references. */
    @WithDefault("default")
    String bank();

    Second second();

    Outbox outbox();

    AuditLog auditLog();

    Evidence evidence();

    Retention retention();

    Promises promises();

    Drift drift();

    /** Traffic beside that of an approved time, before people have looked at it. */
    interface Drift {
        /** SAFE pictures of a tenant and day sampled for drift, such as 200; 0: off. */
        @WithDefault("0")
        @Allowed("0 to 10000")
        int perDay();

        /** Share of traffic that may move without alarm. */
        @WithDefault("0.05")
        @Allowed("0.01 to 0.5")
        double effect();
    }

    /** Error rates that are promised and watched. */
    interface Promises {
        /** Most SAFE among what people call NSFW, above 0 to 0.2. Without it nothing is promised. */
        OptionalDouble missed();

        /** The same of NSFW among what people call SAFE. */
        OptionalDouble falselyFlagged();

        /** How long the answer to a draw is waited for. */
        @WithDefault("7d")
        @Allowed("PT1H to PT8760H")
        Duration deadline();

        /** Draws between two false alarms of a change, on average at least. */
        @WithDefault("10000")
        @Allowed("100 to 100000000")
        int runLength();
    }

    /** How long people's work is kept, 31 days at least. What waits for people and what is on legal hold stays. */
    interface Retention {
        /** How long an item is kept after it was closed, with its notes, reports and skips. Golden ones stay. */
        @WithDefault("400d")
        @Allowed("PT744H to PT876000H")
        Duration items();

        /** How long people's decisions are kept; at least as long as their items. */
        @WithDefault("1096d")
        @Allowed("PT744H to PT876000H")
        Duration decisions();

        /** How long reports and appeals on closed items are kept. */
        @WithDefault("400d")
        @Allowed("PT744H to PT876000H")
        Duration reports();

        /** How long notes on closed items are kept. */
        @WithDefault("400d")
        @Allowed("PT744H to PT876000H")
        Duration notes();

        /**
         * How long a suspected attack waits for the decision on its image, and marks content that is decided on again.
         */
        @WithDefault("90d")
        @Allowed("PT744H to PT876000H")
        Duration marks();
    }

    /** Second reviews. */
    interface Second {
        /** Labels that never hold by one person's word. */
        Optional<List<String>> labels();

        /** Share of the other decisions that a second person checks, 0 to 1. */
        @WithDefault("0.02")
        @Allowed("0 to 1")
        double sample();
    }

    /** Publication of decisions. */
    interface Outbox {
        /** How long the publication of decisions rests when there is nothing to publish. */
        @WithName("pause")
        @WithDefault("100ms")
        @Allowed("PT0.01S to PT10S")
        Duration pause();
    }

    /** Pictures of open items. */
    interface Evidence {
        /**
         * File of the keys that pictures of open items are sealed with, a line each: a name, a colon and 64 hexadecimal
         * digits. The first seals, all open. Without it no picture is kept.
         */
        Optional<String> keyFile();

        /** How long after its item was closed a picture is kept, for appeals. */
        @WithDefault("30d")
        @Allowed("PT0S to PT87600H")
        Duration appeal();
    }

    /** The log of who saw and did what. */
    interface AuditLog {
        /**
         * Whether the end of each tenant's audit log also goes to {@code moderation.audit-anchors}, as an anchor: what
         * was anchored cannot be cut off unnoticed. Let no administrator of the database write there.
         */
        @WithDefault("true")
        boolean anchorTopic();

        /** File to which these anchors are appended. Keep it where the database's administrator cannot write. */
        Optional<String> anchors();

        /** Time between two anchors. */
        @WithDefault("1h")
        @Allowed("PT1S to PT744H")
        Duration anchorEvery();

        /**
         * How many months the audit log is kept, 1 to 1200; without it for ever. A month goes once its rows were
         * checked and what they end with is signed.
         */
        OptionalInt retentionMonths();

        /**
         * File of the Ed25519 key (PEM, {@code BEGIN PRIVATE KEY}) that signs the audit log before months of it go.
         * {@code bulwark audit-log verify} takes its public key.
         */
        Optional<String> checkpointKeyFile();
    }
}
