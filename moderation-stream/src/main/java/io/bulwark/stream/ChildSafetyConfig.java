package io.bulwark.stream;

import io.bulwark.stream.SettingsCheck.Allowed;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** Cases for a provider's designated staff alone. No report is sent by default. */
public interface ChildSafetyConfig {
    /** How long a claimed case stays with its person. */
    @WithDefault("30m")
    @Allowed("PT1M to PT8H")
    Duration lease();

    Vault vault();

    Report report();

    /** Labels that the rest of Bulwark knows nothing of. */
    interface Restricted {
        /**
         * Labels whose images are a case for designated staff alone, with commas between; the same for workers. What a
         * worker marked is restricted without it. Needs a database.
         */
        Optional<Set<String>> labels();
    }

    /** Files that a report needs. */
    interface Vault {
        /**
         * File of the keys that files of cases are sealed with, a line each: a name, a colon and 64 hexadecimal digits.
         * The first seals, all open. No other keys may be in it. Without it no file is kept and reports have none.
         */
        Optional<Path> keyFile();
    }

    /** The report to the CyberTipline, or to what takes such reports. */
    interface Report {
        /** Address that {@code /submit} is appended to; without it nothing is reported. */
        Optional<URI> url();

        /** Whether the address may be {@code http://}, for a receiver on a network of your own. */
        @WithDefault("false")
        boolean allowHttp();

        /** User name that the receiver gave. */
        Optional<String> username();

        /** File that holds its password. */
        Optional<Path> passwordFile();

        /** Labels that lead to a report, with commas between; of {@code bulwark.restricted.labels}. */
        Optional<Set<String>> labels();

        /**
         * Which matches on a verified list are reported before a person decides: {@code off}, {@code sha256}, or
         * {@code cryptographic} (SHA-1 and MD5 too, which can be forged).
         */
        @WithDefault("off")
        String automatic();

        /** The incident's type, in the receiver's words. */
        @WithDefault("Child Pornography (possession, manufacture, and distribution)")
        String incidentType();

        /** First name of the person who reports for the company. */
        Optional<String> firstName();

        /** Last name of that person. */
        Optional<String> lastName();

        /** Mail address of that person. */
        Optional<String> email();

        /** The company's name. */
        Optional<String> company();

        /** How long one request may take. */
        @WithDefault("60s")
        @Allowed("PT1S to PT10M")
        Duration timeout();
    }
}
