/**
 * The worker's reports: numbered log messages and Micrometer meters. Neither ever holds an image's bytes, an
 * uploader's id or a location.
 */
package io.bulwark.service.telemetry;
