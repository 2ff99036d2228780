/**
 * Whose policy is in force. {@link io.bulwark.service.policy.PolicyShelf} is where it lies; what it was calibrated for is
 * compared with what the worker runs, and a worker whose policy was made for something else gives no verdict.
 */
package io.bulwark.service.policy;
