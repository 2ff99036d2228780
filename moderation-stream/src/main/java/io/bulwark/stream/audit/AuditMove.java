package io.bulwark.stream.audit;

import io.bulwark.events.AttackAudit;

/**
 * An audit on its way to its uploader.
 *
 * @param erased whether it is to go instead
 */
public record AuditMove(AttackAudit audit, boolean erased) {}
