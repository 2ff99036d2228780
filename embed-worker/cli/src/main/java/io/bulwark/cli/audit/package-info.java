/**
 * {@code bulwark audit report}: what happened in a stretch of time, from {@code moderation.attack-audit} and {@code
 * moderation.campaigns}, for people who were not there. What may enter: counting, and the report as Markdown, JSON and
 * PNG; nothing that judges an image or an account.
 */
package io.bulwark.cli.audit;
