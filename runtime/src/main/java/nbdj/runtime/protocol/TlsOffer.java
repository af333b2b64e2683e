package nbdj.runtime.protocol;

import nbdj.runtime.transport.TlsCertificates;

/**
 * That clients may, or must, have their connections encrypted.
 *
 * @param required nothing is told to a client that does not
 */
public record TlsOffer(TlsCertificates certificates, boolean required) {}
