/**
 * Tests that hold what is deployed to the programs: manifests, dashboards, alert rules, the compose file and all Markdown
 * pages. This module has no main code and nothing depends on it.
 *
 * <p>Decided here:
 *
 * <ul>
 *   <li>The programs that people run ({@code kubectl}, {@code promtool}, {@code docker-compose}) do the rendering and the
 *       checking, not libraries that imitate them. Where one is missing its tests are skipped with a message.
 *   <li>A page is held to plain facts: a table of ports to the compose file, a share to the pom, a block to what a shell
 *       makes of it ({@link io.bulwark.deploy.ShellBlock}), a first hour to a run of it. Tests of sentences were
 *       rejected: they fail where a sentence gets better, and pass where it gets false. {@code WordsTest} only holds
 *       a list of words that the project does not use.
 *   <li>A module apart from lab, because it looks at worker and moderation-stream alike, and Maven builds the latter
 *       after lab.
 * </ul>
 */
package io.bulwark.deploy;
