//! How a connection is made secret: rustls with ring, the machine's own roots, and per target a further authority and a certificate
//! of our own.

use std::{path::PathBuf, sync::Arc};

use rustls::{
    ClientConfig, RootCertStore,
    crypto::{CryptoProvider, ring},
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
};

/// What a target says of its connections.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tls {
    /// A file of authorities (PEM) that are trusted besides the machine's own.
    pub authority: Option<PathBuf>,
    /// A file with our certificate and its chain (PEM).
    pub certificate: Option<PathBuf>,
    /// A file with the certificate's key (PEM), readable by its owner alone.
    pub key: Option<PathBuf>,
}

/// Files that make no connection.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file can't be read, or is no PEM.
    #[error("{what} {} can't be used: {reason}", path.display())]
    File {
        /// What it should hold.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// Why not.
        reason: String,
    },
    /// Others may read the key.
    #[error("others may read the key {}; `chmod 600` it", path.display())]
    Open {
        /// The file.
        path: PathBuf,
    },
    /// The certificate and its key don't fit each other, or one of them is missing.
    #[error("the client certificate can't be used: {0}")]
    Certificate(String),
}

/// The one provider of cryptography of the program.
pub(super) fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

impl Tls {
    /// Makes the settings of rustls.
    pub(super) fn config(&self) -> Result<ClientConfig, TlsError> {
        let builder = ClientConfig::builder_with_provider(provider()).with_safe_default_protocol_versions();
        let builder = builder.map_err(|error| TlsError::Certificate(error.to_string()))?.with_root_certificates(self.roots()?);
        match (&self.certificate, &self.key) {
            (None, None) => Ok(builder.with_no_client_auth()),
            (Some(certificate), Some(key)) => {
                let (chain, key) = (chain("the client certificate", certificate)?, private_key(key)?);
                builder.with_client_auth_cert(chain, key).map_err(|error| TlsError::Certificate(error.to_string()))
            }
            (Some(_), None) => Err(TlsError::Certificate("`client_key` is missing".into())),
            (None, Some(_)) => Err(TlsError::Certificate("`client_certificate` is missing".into())),
        }
    }

    fn roots(&self) -> Result<RootCertStore, TlsError> {
        let mut roots = RootCertStore::empty();
        // A certificate of the machine that nobody can read is no reason to reach nothing.
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        if let Some(path) = &self.authority {
            for certificate in chain("the authority", path)? {
                roots.add(certificate).map_err(|error| TlsError::File { what: "the authority", path: path.clone(), reason: error.to_string() })?;
            }
        }
        Ok(roots)
    }
}

fn chain(what: &'static str, path: &std::path::Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let wrong = |reason: String| TlsError::File { what, path: path.into(), reason };
    let found = CertificateDer::pem_file_iter(path).and_then(Iterator::collect::<Result<Vec<_>, _>>).map_err(|error| wrong(error.to_string()))?;
    if found.is_empty() { Err(wrong("there is no certificate in it".into())) } else { Ok(found) }
}

fn private_key(path: &std::path::Path) -> Result<PrivateKeyDer<'static>, TlsError> {
    if super::resolve::is_open(path).unwrap_or(false) {
        return Err(TlsError::Open { path: path.into() });
    }
    PrivateKeyDer::from_pem_file(path).map_err(|error| TlsError::File { what: "the key", path: path.into(), reason: error.to_string() })
}
