/**
 * Orders that people give through the API, as records: legal holds, and uploads that are sent again. The state follows
 * from the records.
 */
package io.bulwark.stream.order;
