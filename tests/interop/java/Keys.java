/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
import java.io.FileReader;
import java.io.IOException;
import java.security.PrivateKey;
import java.security.PublicKey;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PEMParser;

/** Keys and certificates, with a way around a fault of BouncyCastle 1.72. */
final class Keys {
	private static final String GOST = "1.2.643.7.1.1.1.";
	private static final String STREEBOG = "1.2.643.7.1.1.2.";

	private Keys() {
	}

	/**
	 * BouncyCastle 1.72 fails on GOST parameters that hold publicKeyParamSet
	 * alone (RFC 9215, 4.2): say the digest's parameter set as well.
	 */
	private static AlgorithmIdentifier whole(AlgorithmIdentifier alg) {
		String oid = alg.getAlgorithm().getId();
		if (!oid.startsWith(GOST))
			return alg;
		ASN1Sequence params = ASN1Sequence.getInstance(
		    alg.getParameters());
		if (params.size() != 1)
			return alg;
		ASN1EncodableVector both = new ASN1EncodableVector();
		both.add(params.getObjectAt(0));
		both.add(new ASN1ObjectIdentifier(
		    STREEBOG + (oid.endsWith(".1") ? "2" : "3")));
		return new AlgorithmIdentifier(
		    alg.getAlgorithm(), new DERSequence(both));
	}

	static PublicKey publicKey(X509CertificateHolder cert)
	    throws IOException {
		SubjectPublicKeyInfo info = cert.getSubjectPublicKeyInfo();
		return BouncyCastleProvider.getPublicKey(
		    new SubjectPublicKeyInfo(whole(info.getAlgorithm()),
			info.getPublicKeyData().getBytes()));
	}

	static PrivateKey privateKey(String path) throws IOException {
		PrivateKeyInfo info = (PrivateKeyInfo) pem(path);
		ASN1EncodableVector parts = new ASN1EncodableVector();
		parts.add(new ASN1Integer(0));
		parts.add(whole(info.getPrivateKeyAlgorithm()));
		parts.add(info.getPrivateKey());
		return BouncyCastleProvider.getPrivateKey(
		    PrivateKeyInfo.getInstance(new DERSequence(parts)));
	}

	static X509CertificateHolder cert(String path) throws IOException {
		return (X509CertificateHolder) pem(path);
	}

	private static Object pem(String path) throws IOException {
		try (PEMParser in = new PEMParser(new FileReader(path))) {
			return in.readObject();
		}
	}
}
