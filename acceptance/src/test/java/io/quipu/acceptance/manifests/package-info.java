/** That {@code manifests/} fits the services: it is never run here, so all that can be known of it without a platform is checked. */
package io.quipu.acceptance.manifests;
